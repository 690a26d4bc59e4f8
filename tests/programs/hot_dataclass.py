"""Dataclasses and named tuples in hot loops: made, compared, hashed, replaced, unpacked."""

from collections import namedtuple
from dataclasses import dataclass, field, replace


@dataclass(order=True, slots=True)
class Item:
    weight: int
    value: float = 0.0
    tags: list = field(default_factory=list, compare=False)

    def density(self):
        return self.value / self.weight


@dataclass(frozen=True)
class Key:
    a: int
    b: str = "k"


Pair = namedtuple("Pair", "left right", defaults=[0])


def run(n):
    best = Item(1)
    table = {}
    total = 0
    for i in range(1, n):
        item = Item(i % 10 + 1, i * 0.5)
        if item > best:
            best = item
        total += item.density()
        table[Key(i % 7)] = table.get(Key(i % 7), 0) + 1
        left, right = pair = Pair(i)
        total += pair.left + right + pair[0]
    return best, round(total, 6), table


print(run(50))
print(run(2000))
print(replace(Item(1, 2.0), weight=5), Item(1) == Item(1, 0.0, ["x"]), Key(1) == Key(1, "k"), Pair(1)._replace(right=2), Pair._fields, Pair(1)._asdict())
try:
    Key(1).a = 2
except AttributeError as error:
    print(type(error).__name__, error)
try:
    Item(1).other = 2
except AttributeError as error:
    print(error)
print(sorted([Item(2), Item(1, 5.0), Item(1)]), hash(Key(1)) == hash(Key(1)), hash(Key(1)) == hash((1, "k")))
try:
    Item(1) < 5
except TypeError as error:
    print(error)
print(Pair(1, 2) == (1, 2), Pair(1, 2) + (3,), repr(Pair(1)), Pair._make([8, 9]), sum(Pair(i, i).right for i in range(2000)))
