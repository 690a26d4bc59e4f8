"""Guards failing inside comprehensions and generator expressions, which run inline."""


def squares(values):
    return [v * v + 1 for v in values if v > 0]


def table(values):
    return {v: v + 1 for v in values}


def unique(values):
    return {v % 7 for v in values}


def nested(values):
    return [(a, b) for a in values for b in values[:3] if a != b]


def lazy(values):
    return sum(v + v for v in values)


def scoped(values):
    v = "outer"
    result = [v for v in values]
    return v, len(result), [lambda: v for v in values][-1]() if values else None


values = list(range(300))
for _ in range(20):
    squares(values), table(values), unique(values), nested(values[:20]), lazy(values), scoped(values)
mixed = values[:5] + [0.5, True, 2**65] + values[:2]
print(squares(mixed), table(mixed), sorted(unique(mixed)), len(nested(mixed)), lazy(mixed), scoped(mixed))
for bad in ([1, 2, "x"], [1, None], [(1,), 2]):
    for function in (squares, table, unique, lazy):
        try:
            print(function.__name__, function(bad))
        except TypeError as error:
            print(function.__name__, error)
print(scoped([]), [x for x in range(3)], [[y for y in range(x)] for x in range(3)])


class Scope:
    items = [1, 2, 3]
    total = [x * 2 for x in items]
    size = len([1 for _ in items])


print(Scope.total, Scope.size, hasattr(Scope, "x"))


def handlers(n):
    out = []
    for i in range(n):
        try:
            out.append([1 // (k - i) for k in range(3)])
        except ZeroDivisionError:
            out.append(i)
    return out


print(handlers(5), len(handlers(2000)))
v = 10
print([v := v + i for i in range(4)], v, any((hit := x) > 2 for x in range(9)), hit)
