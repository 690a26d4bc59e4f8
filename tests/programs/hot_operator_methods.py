"""Operator methods in hot loops: forward, reflected, in-place, NotImplemented, replaced while hot."""


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        if isinstance(other, Vector):
            return Vector(self.x + other.x, self.y + other.y)
        return NotImplemented

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __iadd__(self, other):
        self.x += other.x
        return self

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __getitem__(self, index):
        return (self.x, self.y)[index]

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __repr__(self):
        return f"<{self.x} {self.y}>"

    def __len__(self):
        return 2

    def __call__(self, k):
        return self.x * k


def run(n):
    position = Vector(0, 0)
    for i in range(n):
        position = position + Vector(i, 1) * 2 + -Vector(1, 0)
        position += 3 * Vector(1, 1)
        if position == Vector(0, 0) or len(position) != 2 or position(1) != position[0]:
            print("equal", i)
    return position


for _ in range(5):
    result = run(500)
print(result, run(3000))
for expression in ("Vector(1, 2) + 1", "1 + Vector(1, 2)", "Vector(1, 2) - Vector(0, 0)", "Vector(1, 2) < Vector(3, 4)", "Vector(1, 2)[2]", "Vector(1, 2)['a']", "Vector(1, 2) @ 1", "~Vector(1, 2)", "Vector(1, 2) ** 2"):
    try:
        print(eval(expression))
    except (TypeError, IndexError) as error:
        print(expression, "->", error)
Vector.__radd__ = lambda self, other: f"radd {other}"
print(1 + Vector(1, 2), run(10))
Vector.__add__ = lambda self, other: Vector(100, 100)
print(run(100))
del Vector.__iadd__
print(run(100))
del Vector.__eq__
print(run(3), Vector(1, 1) == Vector(1, 1))


class Sub(Vector):
    def __radd__(self, other):
        return "sub first"


print(Vector(1, 2) + Sub(3, 4), Sub(1, 2) + Vector(3, 4))


class Money(int):
    def __add__(self, other):
        return Money(int(self) + int(other) + 1)


total = Money(0)
for i in range(3000):
    total = total + i
print(total, type(total).__name__, sum([Money(1), Money(2)]), 5 + Money(1), Money(5) + 1, Money(5) * 2)
