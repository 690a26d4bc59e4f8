"""Booleans as numbers, and truth tests of every kind of object, in hot code."""


def count(flags):
    total = 0
    for flag in flags:
        total += flag
        total -= not flag
    return total


print(count([True, False] * 1000 + [True]), count([i % 3 == 0 for i in range(3000)]), count([1, True, 2.5]))


def truth(value):
    if value:
        return 1
    return 0


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


class Boolean:
    def __init__(self, b):
        self.b = b

    def __bool__(self):
        return self.b


for i in range(3000):
    truth(i % 2)
values = [0, 1, -1, 2**80, 0.0, -0.0, 0.1, float("nan"), "", "a", b"", b"\0", [], [0], (), (0,), {}, {0: 0}, set(), None, True, False, 0j, 1j, range(0), range(1), Sized(0), Sized(3), Boolean(True), Boolean(False), object, lambda: 0, ..., NotImplemented.__class__]
print([truth(v) for v in values])
print([not v for v in values] == [truth(v) == 0 for v in values], [bool(v) for v in values].count(True))
for value in (Boolean(1), Sized(-1), Sized("x"), Sized(2**70)):
    try:
        truth(value)
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
try:
    bool(NotImplemented)
except TypeError as error:
    print(error)
print(True + True, True * 3.5, -True, ~5, True / 2, True // 2, True % 2, 2**True, True & False, True | 2, True ^ True, type(True & True), type(True & 1), divmod(True, 2))


def logic(a, b, c):
    return (a and b or c, a or b and c, not a or b, (a or b) and c)


for i in range(2000):
    logic(i % 2, i % 3, i % 5)
print([logic(a, b, c) for a in (0, "a") for b in ([], 2) for c in (None, 3)])


def chain(x):
    return 0 < x < 10 <= x + 9 != 12, 1 if x > 5 else 2 if x > 3 else 3


for i in range(2000):
    chain(i % 20)
print([chain(x) for x in (0, 1, 3, 4, 6, 10, 2.5)], sum(x == y for x in range(30) for y in range(30)))
