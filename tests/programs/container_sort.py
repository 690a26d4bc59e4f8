"""Sorting: every kind of key, stability, reverse, exceptions and changes in the middle."""

import random
from functools import cmp_to_key

random = random.Random(5)


def check(items, **options):
    expected = list(items)
    key = options.get("key") or (lambda x: x)
    # Insertion sort as the model: stable, and it compares with < only.
    for at in range(1, len(expected)):
        item, place = expected[at], at
        while place > 0 and (
            key(item) < key(expected[place - 1])
            if not options.get("reverse")
            else key(expected[place - 1]) < key(item)
        ):
            expected[place] = expected[place - 1]
            place -= 1
        expected[place] = item
    got = sorted(items, **options)
    assert all(a is b for a, b in zip(got, expected)) and len(got) == len(expected), (items, got)


class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n


makers = [
    lambda: random.randrange(100),
    lambda: random.randrange(-(2**70), 2**70),
    lambda: random.random() * 100 - 50,
    lambda: random.choice([1, 2.5, 3, 0.0, -1, True]),
    lambda: "".join(random.choice("abcdef") for _ in range(random.randrange(12))),
    lambda: "".join(random.choice("aé€😀") for _ in range(random.randrange(4))),
    lambda: (random.randrange(4), random.choice("ab"), random.random()),
    lambda: [random.randrange(4), random.randrange(4)],
    lambda: Item(random.randrange(10)),
    lambda: bytes([random.randrange(4), random.randrange(4)]),
]
for make in makers:
    for size in (0, 1, 2, 3, 10, 31, 33, 64, 100, 150):
        items = [make() for _ in range(size)]
        check(items)
        check(items, reverse=True)
        check(items, key=lambda x: x, reverse=True)
shapes = [
    list(range(200)),
    list(range(200, 0, -1)),
    [1] * 200,
    list(range(100)) + list(range(100)),
    list(range(100)) + [-1],
    [n ^ 1 for n in range(200)],
    [n % 7 for n in range(200)],
]
for items in shapes:
    wrapped = [Item(n) for n in items]
    check(wrapped)
    check(wrapped, reverse=True)
    check(items, key=lambda n: -n)
    check(items, key=str)
print("sorted alike")

comparisons = 0


class Counted(Item):
    def __lt__(self, other):
        global comparisons
        comparisons += 1
        return self.n < other.n


for label, items in (("ascending", range(1000)), ("descending", range(1000, 0, -1)), ("equal", [0] * 1000)):
    comparisons = 0
    sorted(map(Counted, items))
    print(label, comparisons)
comparisons = 0
sorted(Counted(random.random()) for _ in range(1000))
print("random: no more than", 10000 if comparisons < 10000 else comparisons)


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "!!", type(error).__name__, error)


attempt("mixed", lambda: sorted([1, "a", 2]))
attempt("none", lambda: [None, None].sort())
attempt("complex", lambda: sorted([1j, 2j]))
attempt("key raises", lambda: sorted([1, 0, 2], key=lambda n: 1 / n))
attempt("positional", lambda: [].sort(len))
attempt("not callable", lambda: sorted([2, 1], key=5))

items = [5, 3, 8, 1, 9, 2]


class Bomb:
    count = 0

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        Bomb.count += 1
        if Bomb.count == 7:
            raise RuntimeError("seventh comparison")
        return self.n < other.n


bombs = [Bomb(n) for n in (5, 3, 8, 1, 9, 2, 7, 7, 4)]
before = sorted(map(id, bombs))
attempt("bomb", lambda: bombs.sort())
print(sorted(map(id, bombs)) == before)

seen = []


def watching(n):
    seen.append(len(items))
    return n


items.sort(key=watching)
print(items, seen)


def meddling(n):
    items.append(n)
    return n


attempt("modified", lambda: items.sort(key=meddling))
print(items)


def clearing(n):
    items.clear()
    return -n


attempt("cleared", lambda: items.sort(key=clearing))
print(items)
print(sorted("banana"), sorted({3: 1, 1: 2}), sorted([3, 1, 2], reverse=1), sorted((c for c in "cab"), key=str.upper))
print(sorted(range(10), key=lambda n: n % 3), sorted(range(10), key=lambda n: n % 3, reverse=True))
print(sorted([3, 10, 2, 33], key=cmp_to_key(lambda a, b: (str(a) > str(b)) - (str(a) < str(b)))))
nan = float("nan")
print(len(sorted([3.0, nan, 1.0, 2.0])), sorted([0.0, -0.0, -1.5, float("inf"), -float("inf")]))
l = ["b", "a"]
print(l.sort(), l, l.reverse(), l)
