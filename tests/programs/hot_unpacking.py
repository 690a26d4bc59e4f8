"""Tuple packing, unpacking, swaps and starred targets in hot loops."""


def rotate(n):
    a, b, c = 1, 2, 3
    for _ in range(n):
        a, b, c = b, c, a
    return a, b, c


def swap_items(items, n):
    for i in range(n):
        j = (i * 7) % len(items)
        k = (i * 3) % len(items)
        items[j], items[k] = items[k], items[j]
    return items


print(rotate(5000), rotate(5001), swap_items(list(range(10)), 5000))


def unpack(value):
    a, b = value
    return a, b


for i in range(3000):
    unpack((i, i + 1))
for value in ([1, 2], "ab", {1: 2, 3: 4}, range(2), iter([5, 6]), b"xy", (x for x in (7, 8)), (1, 2)):
    print(unpack(value))
for value in ((1,), (1, 2, 3), [], "abc", {1}, iter([1, 2, 3]), 5, None, range(10)):
    try:
        unpack(value)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


def starred(value):
    first, *middle, last = value
    return first, middle, last


for i in range(2000):
    starred((i, i, i, i))
print(starred("hello"), starred(range(2)), starred([1, 2, 3]))
try:
    starred([1])
except ValueError as error:
    print(error)
total = 0
for (a, b), [c, *d] in [((1, 2), (3, 4, 5)), ("ab", "cd")] * 2:
    total += len(d)
    print(a, b, c, d)
*rest, = range(3)
(x, (y, *z)), w = (1, (2, 3, 4)), 5
print(rest, x, y, z, w, total)
print([*range(3), *"ab"], (*(), 1), {*[1, 1]}, {**{"a": 1}, "b": 2, **{"a": 3}}, *[1, 2])


def pairs(n):
    total = 0
    for i, (a, b) in enumerate(zip(range(n), range(n, 0, -1))):
        total += i * a - b
    return total


print(pairs(4000), sum(a * b for a, b in {i: i + 1 for i in range(2000)}.items()))
