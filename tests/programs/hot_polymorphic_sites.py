"""Attribute, method and operator sites that see one, four, and many classes."""


def make(n):
    return type(f"Kind{n}", (), {"__init__": lambda self, v: setattr(self, "v", v), "get": lambda self, k=n: self.v * k, "__add__": lambda self, o: self.v + o, "__len__": lambda self: n})


kinds = [make(n) for n in range(12)]


def run(objects):
    total = 0
    for item in objects:
        total += item.get() + item.v + (item + 1) + len(item)
    return total


for width in (1, 2, 4, 5, 8, 12, 1, 3):
    objects = [kinds[i % width](i) for i in range(1500)]
    print(width, [run(objects) for _ in range(4)][-1])


def describe(value):
    return value + value


for values in ([1], [1, 1.5], [1, 1.5, "a", (1,)], [1, 1.5, "a", (1,), [2], b"b", 2j, True]):
    for i in range(2000):
        result = describe(values[i % len(values)])
    print([describe(v) for v in values])


class Callable:
    def __call__(self, x):
        return x + 100


def apply(functions, x):
    return [f(x) for f in functions]


functions = [lambda x: x + 1, abs, str, int, float, Callable(), (5).__add__, "x".__mul__, bool, hex]
for _ in range(500):
    result = apply(functions, 3)
print(result)
