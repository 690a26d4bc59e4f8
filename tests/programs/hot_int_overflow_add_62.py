"""The largest and smallest 63-bit integers: every sum near them, out of a hot function."""

MAX = 2**62 - 1
MIN = -(2**62)


def add(a, b):
    return a + b


def subtract(a, b):
    return a - b


for i in range(5000):
    add(i, i)
    subtract(i, 2 * i)
values = [MAX, MAX - 1, MIN, MIN + 1, MAX // 2, MIN // 2, MAX // 2 + 1, 1, 0, -1, 2, -2]
for a in values:
    print([add(a, b) for b in values])
for a in values:
    print([subtract(a, b) for b in values])
big = add(MAX, 1)
print(subtract(big, 1), subtract(big, 1) == MAX, subtract(big, 1) is not None, type(big))
for i in range(3000):
    big = add(big, -1) if i % 2 else add(big, 1)
print(big, hash(MAX), hash(MAX + 1), hash(MIN), hash(MIN - 1))
