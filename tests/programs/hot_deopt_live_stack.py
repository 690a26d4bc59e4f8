"""Guards failing while the operand stack holds much: half-built calls, lists, dicts, f-strings, chains."""


class Switch:
    def __init__(self):
        self.calls = 0

    def value(self):
        self.calls += 1
        return 1.5 if self.calls % 1000 == 0 else self.calls


def collect(a, b, c, *rest, key=None, **options):
    return a + b + c + sum(rest) + (key or 0) + sum(options.values())


def run(n):
    s = Switch()
    total = 0
    for i in range(n):
        total += collect(i, s.value() + 1, [s.value(), i][0], s.value() * 2, key=s.value() + i, z=s.value() - 1)
        text = f"{i}:{s.value() + 1:>6}|{s.value() * 2}"
        pair = (i, s.value() + 1, {"a": i, "b": s.value() + i}, [i, *(i, s.value() + 1), i])
        if i % 499 == 0:
            print(text, pair)
        chain = 0 < i < s.value() + i < 10**9
        total += chain + (i + (i + (i + (s.value() + (i + s.value())))))
        total += pair[1] + pair[2]["b"] + pair[3][2]
    return total, s.calls


print(run(2000))


def nested_calls(n):
    s = Switch()

    def a(x):
        return s.value() + x

    def b(x, y):
        return a(x) * 2 + a(y)

    total = 0
    for i in range(n):
        total += b(a(i), a(b(i, 1)))
    return total


print(nested_calls(2000))


def subscript(n):
    table = [[j for j in range(5)] for _ in range(5)]
    s = Switch()
    for i in range(n):
        table[i % 5][i % 3] += s.value()
        table[i % 2], table[i % 5] = table[i % 5], table[i % 2]
    return table


print(subscript(2500))
