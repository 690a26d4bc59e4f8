"""The shape of instances changes in the loop that reads and writes their attributes."""


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Reversed:
    def __init__(self, x, y):
        self.y = y
        self.x = x


class Slotted:
    __slots__ = ("y", "x")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Defaults:
    x = 100
    y = 200


def total(points):
    result = 0
    for point in points:
        result += point.x * 2 + point.y
    return result


points = [Point(i, i + 1) for i in range(1000)]
for _ in range(30):
    total(points)
print(total(points))
points[500].z = 7
print(total(points), points[500].z)
del points[600].x
try:
    total(points)
except AttributeError as error:
    print(error)
points[600].x = 5
print(total(points), list(vars(points[600])))
print(total(points + [Reversed(1, 2)]), total(points + [Slotted(3, 4)]), total(points + [Defaults()]))
mixed = [kind(i, i) for i in range(300) for kind in (Point, Reversed, Slotted)]
for _ in range(20):
    total(mixed)
print(total(mixed))
Point.extra = 1
points[0].x = "s"
try:
    total(points)
except TypeError as error:
    print(error)


def write(points, value):
    for point in points:
        point.x = value
        point.fresh = value


for i in range(20):
    write([Point(0, 0) for _ in range(100)], i)
p = Point(0, 0)
write([p], 9)
print(vars(p))
try:
    write([Slotted(1, 2)], 1)
except AttributeError as error:
    print(error)
