"""Subscripts in hot loops with every kind of container, key, and user-defined __getitem__."""


class Grid:
    def __init__(self, w, h):
        self.w, self.cells = w, [0] * (w * h)

    def __getitem__(self, position):
        x, y = position
        return self.cells[y * self.w + x]

    def __setitem__(self, position, value):
        x, y = position
        self.cells[y * self.w + x] = value

    def __delitem__(self, position):
        self[position] = None

    def __contains__(self, value):
        return value in self.cells


def run(grid, n):
    for i in range(n):
        grid[i % 5, i % 3] = grid[(i + 1) % 5, i % 3] + i
    return grid


for _ in range(5):
    g = run(Grid(5, 3), 500)
print(g.cells, 5 in g, -1 in g)
del g[0, 0]
try:
    run(g, 500)
except TypeError as error:
    print(error)
try:
    g[9, 9]
except IndexError as error:
    print(error)
try:
    g[1]
except TypeError as error:
    print(error)


def get(container, key):
    return container[key]


for i in range(3000):
    get([1, 2, 3], i % 3)
cases = [((1, 2), -1), ("abc", 1), ({"k": 5}, "k"), (b"ab", 0), (range(5, 9), 2), (bytearray(b"z"), -1), ("é€", 1), (g, (1, 1)), ([1, 2, 3], slice(1, None)), ("abc", slice(None, None, -1)), ((1, 2, 3), slice(0, 2)), (list, int), (memoryview(b"q"), 0), ({1: 2}, True), ({1.0: "f"}, 1)]
for container, key in cases:
    print(repr(get(container, key)))
for container, key in ((5, 0), (None, 0), ("abc", "a"), ([1], 1.5), ((1,), None), ({1}, 0), (len, 0), ({}, "missing"), ([], 0), ("", 0), (1.5, 0), (int, 0)):
    try:
        print(get(container, key))
    except (TypeError, KeyError, IndexError) as error:
        print(type(error).__name__, error)
for container, key in (((1,), 0), ("abc", 0), (b"a", 0), (5, 0), (range(3), 0), (None, "x")):
    try:
        container[key] = 1
    except TypeError as error:
        print(error)
    try:
        del container[key]
    except TypeError as error:
        print(error)


class Indexed(list):
    def __getitem__(self, index):
        return super().__getitem__(index % len(self)) + 100


items = Indexed([1, 2, 3])
print(sum(items[i] for i in range(2000)), list(items), items[-1], items[5])


class Table(dict):
    def __missing__(self, key):
        self[key] = value = key * 2
        return value


t = Table()
print(sum(t[i % 10] for i in range(3000)), len(t), t.get(99), 99 in t)
