"""Enumerations in hot loops: identity, comparison, lookup, iteration, flags."""

from enum import Enum, Flag, IntEnum, auto


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

    def next(self):
        return Color(self.value % 3 + 1)


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Permission(Flag):
    READ = auto()
    WRITE = auto()
    EXECUTE = auto()


def walk(n):
    color = Color.RED
    counts = dict.fromkeys(Color, 0)
    for _ in range(n):
        counts[color] += 1
        if color is Color.GREEN:
            counts[Color.RED] += 100
        color = color.next()
    return {key.name: value for key, value in counts.items()}, color


for _ in range(5):
    walk(200)
print(walk(2000))
total = 0
for i in range(2000):
    level = Level.HIGH if i % 3 == 0 else Level.LOW
    total += level + (level > 5) + (level == 1)
print(total)
p = Permission.READ
for i in range(1000):
    p = p | Permission.WRITE if i % 2 else p & ~Permission.WRITE
print(p, Permission.READ in p, bool(Permission(0)), ~Permission.READ, list(Permission))
print(Color["RED"], Color(2), list(Color), Color.RED == 1, Level.LOW == 1, repr(Color.RED), str(Level.LOW), f"{Level.HIGH}", Color.RED in Color, len(Color))
for call in (lambda: Color(9), lambda: Color["PINK"], lambda: setattr(Color, "RED", 5), lambda: Color.RED < Color.BLUE, lambda: Color.PINK):
    try:
        call()
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        print(type(error).__name__, error)
try:

    class Extended(Color):
        BLACK = 0

except TypeError as error:
    print(error)
