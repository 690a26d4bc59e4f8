"""An addition in a hot loop that suddenly gets strings, lists, tuples and user objects."""


def add(a, b):
    return a + b


class Adder:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return f"Adder({self.value}) + {other!r}"

    def __radd__(self, other):
        return f"{other!r} + Adder({self.value})"


def run(pairs):
    result = None
    for a, b in pairs:
        result = add(a, b)
    return result


pairs = [(i, i + 1) for i in range(3000)]
for _ in range(20):
    run(pairs)
for a, b in [("a", "b"), ([1], [2]), ((1,), (2,)), (Adder(1), 2), (2, Adder(1)), (b"x", b"y"), (1.5, 2), (2**70, 1)]:
    print(repr(run(pairs + [(a, b)])))
for a, b in [(1, "b"), ("a", 1), ([1], (2,)), (None, 1), (1, None), (b"x", "y"), ({}, {})]:
    try:
        run(pairs + [(a, b)])
    except TypeError as error:
        print(type(error).__name__, error)
print(run(pairs))
