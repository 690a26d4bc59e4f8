"""A hot float loop that is suddenly handed ints, then strings."""


def scale(points, factor):
    out = []
    for x, y in points:
        out.append((x * factor + y, y / factor - x))
    return out


points = [(i * 0.5, i * 0.25) for i in range(500)]
for _ in range(30):
    result = scale(points, 1.5)
print(result[-1])
print(scale(points[:3] + [(3, 4)] + points[3:5], 1.5))
print(scale([(3, 4)], 2), scale([(2**70, 1)], 2), scale([(True, False)], 2.0))
print(scale(points[:2], 2))
try:
    scale(points + [("x", 1.0)], 1.5)
except TypeError as error:
    print(error)
try:
    scale(points, "2")
except TypeError as error:
    print(error)
print(scale(points, 1.5)[-1])
