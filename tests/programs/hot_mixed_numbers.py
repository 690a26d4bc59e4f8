"""Operators whose operands are now ints, now floats: results keep their types, zeros their signs, and overflow is exact."""


class Number:
    def __radd__(self, other):
        return ("radd", other)

    def __rmul__(self, other):
        return ("rmul", other)


def run(values, times):
    out = []
    for t in range(times):
        a = values[t % len(values)]
        b = values[(t // len(values)) % len(values)]
        out = [a + b, a - b, a * b, -a, abs(a), min(a, b), max(a, b), float(a)]
        if a == a:
            out.append(int(a))
    return out


plain = [0, 1, -3, 2.5, -0.0, 0.0, 7]
for n in range(len(plain) ** 2):
    print(run(plain, 3000 + n))
print(run([2**61, 2**61 + 1, 1.5], 3000 + 4), run([2**62 - 1, -(2**62), 0.5], 3006), run([3, 10**30, 0.25], 3004))
nan = float("nan")
print([run([nan, 1.0, 1], 3000 + n) for n in range(9)])


def add(a, b):
    return a + b


def mul(a, b):
    return a * b


for i in range(3000):
    add(i, i * 0.5 if i % 2 else i)
    mul(0.5 if i % 3 else i, i)
print(add(1, 2), add(1, 2.0), add("a", "b"), add([1], [2]), add(1, Number()), mul(2, "ab"), mul(2.0, Number()), add(True, 1), mul(True, 0.5))
for bad in ((1, "x"), ("x", 1.5), (None, 1), (2.5, None)):
    for f in (add, mul):
        try:
            print(f(*bad))
        except TypeError as error:
            print(error)


def convert(values):
    out = []
    for v in values:
        try:
            out.append((int(v), float(v), abs(v), -v))
        except (TypeError, ValueError, OverflowError) as error:
            out.append(f"{type(error).__name__}: {error}")
    return out[-10:]


print(convert([1, 2.5] * 2000 + [1e300, float("inf"), nan, "12", b"3", True, 2**70, None, -(2**62), 1.5]))


def smallest(values):
    out = None
    for v in values:
        out = min(v, 3) if v != 3 else max(v, 2)
    return out, min(values[-1], 2), max(values[-1], 2)


print(smallest([5, 2] * 2000), smallest([5, 2] * 2000 + [2.5]), smallest([1.5, 4] * 2000 + [True]), smallest([2**53 + 1, 2.0**53] * 2000))
