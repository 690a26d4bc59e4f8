"""Sorting in hot loops: keys, reverse, stability, comparison functions, errors in the key."""

import functools
import operator

data = [((i * 7919) % 1000, chr(97 + i % 26), i) for i in range(800)]
for _ in range(5):
    by_number = sorted(data, key=lambda row: row[0])
    by_letter = sorted(data, key=lambda row: row[1])
    both = sorted(data, key=lambda row: (row[1], -row[0]))
print(by_number[:2], by_letter[:3], both[:2], both[-1])
print(sorted(by_number, key=operator.itemgetter(1), reverse=True)[:3])
print([row[2] for row in sorted(data, key=operator.itemgetter(1))][:5], [row[2] for row in sorted(data, key=operator.itemgetter(1), reverse=True)][:5])
words = "the Quick brown Fox jumps over The lazy dog".split()
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=functools.cmp_to_key(lambda a, b: len(b) - len(a))))
calls = 0


def key(x):
    global calls
    calls += 1
    if x == 777:
        raise ValueError("key of 777")
    return -x


print(sorted(range(500), key=key)[:3], calls)
items = [3, 777, 1]
try:
    items.sort(key=key)
except ValueError as error:
    print(error, items)


class Item:
    compared = 0

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        Item.compared += 1
        return self.n < other.n


items = [Item((i * 37) % 101) for i in range(101)]
items.sort()
print([item.n for item in items] == list(range(101)), 0 < Item.compared < 1000)
for bad in ([1, "a"], [None, 1], [1j, 2j], [{}, {}]):
    try:
        sorted(bad)
    except TypeError as error:
        print(error)
mixed = [3, 1.5, True, 2**70, -1, 0.0]
print(sorted(mixed), sorted(mixed, reverse=True), max(mixed, key=lambda v: -v), min([], default="none"))
sneaky = [3, 2, 1]


def mutate(x):
    sneaky.append(x)
    return x


try:
    sneaky.sort(key=mutate)
except ValueError as error:
    print(error, sneaky)
print(sorted({3: 1, 1: 2}), sorted("hello"), sorted((3, 1, 2)), sorted([[2], [1, 5], []]), sorted([(1, "b"), (1, "a")]), sorted([0.0, -0.0, 0]))
try:
    sorted([1], 2)
except TypeError as error:
    print(error)
try:
    [].sort(lambda x: x)
except TypeError as error:
    print(error)
