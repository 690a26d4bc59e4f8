"""match in a hot loop, over a stream whose kinds change."""


class Num:
    __match_args__ = ("value",)

    def __init__(self, value):
        self.value = value


class Op:
    __match_args__ = ("name", "left", "right")

    def __init__(self, name, left, right):
        self.name, self.left, self.right = name, left, right


def evaluate(node):
    match node:
        case Num(v):
            return v
        case Op("+", a, b):
            return evaluate(a) + evaluate(b)
        case Op("*", Num(0), _) | Op("*", _, Num(0)):
            return 0
        case Op("*", a, b):
            return evaluate(a) * evaluate(b)
        case Op(name, _, _):
            raise ValueError(f"unknown {name}")
        case _:
            raise TypeError(type(node).__name__)


def build(depth, leaf):
    if depth == 0:
        return leaf
    return Op("+" if depth % 2 else "*", build(depth - 1, leaf), build(depth - 1, leaf))


for _ in range(5):
    print(evaluate(build(6, Num(1))), evaluate(build(6, Num(2))))
print(evaluate(build(6, Num(1.5))), evaluate(build(3, Num(2**40))), evaluate(build(4, Num(0))))
for bad in (Op("-", 1, 2), 5, Op("+", Num(1), None)):
    try:
        evaluate(bad)
    except (ValueError, TypeError) as error:
        print(repr(error))


def command(words):
    match words:
        case ["go", ("north" | "south") as where]:
            return where
        case ["take", *things] if len(things) < 3:
            return len(things)
        case {"action": str(action), **rest}:
            return action, len(rest)
        case (int() | float()) as number if number > 10:
            return "big"
        case int():
            return "int"
        case None:
            return "none"
        case _:
            return "?"


stream = [["go", "north"], ["take"], ["take", 1, 2], ["take", 1, 2, 3], {"action": "x", "y": 1}, {"action": 1}, 11, 10.5, 3, None, "text", ("go", "south")]
counts = {}
for i in range(6000):
    result = command(stream[i % len(stream)])
    counts[result] = counts.get(result, 0) + 1
print(counts)
