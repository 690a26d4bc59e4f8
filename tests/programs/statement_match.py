"""match: every kind of pattern, guards, captures, and the errors."""

from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


class Custom:
    __match_args__ = ("a",)

    def __init__(self, a, b):
        self.a, self.b = a, b


class Color:
    RED = "red"


def describe(value):
    match value:
        case 0 | -1 | 1.5:
            return "number literal"
        case "a" "b":
            return "ab"
        case b"x":
            return "bytes"
        case None | True | False as constant:
            return f"constant {constant}"
        case Color.RED:
            return "dotted name"
        case 2 + 3j | -2 - 3j:
            return "complex"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [1, *rest, 9]:
            return f"from 1 to 9 with {rest}"
        case (x, y) if x == y:
            return f"same {x}"
        case [[a, b], {"k": c}]:
            return f"nested {a} {b} {c}"
        case [x, _, *_]:
            return f"at least two, first {x}"
        case {}if not value:
            return "empty mapping"
        case {"type": "circle", "r": r, **rest}:
            return f"circle {r} {rest}"
        case {"x": Point(x=0) as p}:
            return f"point in mapping {p}"
        case {"k": _}:
            return "has k"
        case Point(0, 0):
            return "origin"
        case Point(x, y=0):
            return f"on x at {x}"
        case Point(x=int(n), y=float() | str() as m):
            return f"typed {n} {m}"
        case Point():
            return "other point"
        case Custom(a, b=b):
            return f"custom {a} {b}"
        case int(n) if n > 100:
            return f"large {n}"
        case str() | bytes():
            return "text"
        case int() as n:
            return f"int {n}"
        case _:
            return "something else"


values = [0, -1, 1.5, "ab", b"x", None, True, False, "red", 2 + 3j, -2 - 3j, [], (), [7], [1, 9], [1, 2, 3, 9], (4, 4), (4, 5), [[1, 2], {"k": 3, "z": 4}], range(5), {}, {"type": "circle", "r": 2, "c": 1}, {"x": Point(0, 5)}, {"x": Point(1, 5)}, {"k": 1}, Point(0, 0), Point(3, 0), Point(3, 1.5), Point(3, "s"), Point(3, 4), Custom(1, 2), 101, 50, "word", b"bytes", {1}, 1.25, bytearray(b"x")]
for value in values:
    print(repr(value) if not isinstance(value, Custom) else "Custom", "->", describe(value))
for _ in range(100):
    for value in values:
        describe(value)


def errors(value):
    match value:
        case Custom(1, 2, 3):
            pass


for value in (Custom(1, 2),):
    try:
        errors(value)
    except TypeError as error:
        print(error)
try:
    match 5:
        case int(real, imag):
            pass
except TypeError as error:
    print(error)
try:
    match Point(1, 2):
        case Point(1, x=1):
            pass
except TypeError as error:
    print(error)
match = {"case": 1}
case = match["case"]
match case:
    case 1:
        print("soft keywords", match, case)
match [1, 2], 3:
    case [a, *b], c:
        print(a, b, c)
match 5:
    case x if (y := x * 2) > 9:
        print(x, y)
x = "kept"
match [1, 2]:
    case [x, 3]:
        print("no")
    case _:
        print("x is", x)
