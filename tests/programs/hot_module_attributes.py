"""Attributes of modules in hot loops: read, replaced, deleted, module __getattr__."""

import math
import types

module = types.ModuleType("made")
module.factor = 2
module.scale = lambda x: x * module.factor


def run(n, when=-1, action=None):
    total = 0
    for i in range(n):
        total += module.scale(i) + module.factor
        if i == when:
            action()
    return total


for _ in range(5):
    run(300)
print(run(1000))
print(run(1000, 500, lambda: setattr(module, "factor", 0.5)))
print(run(1000, 500, lambda: setattr(module, "scale", lambda x: -x)))
try:
    run(1000, 500, lambda: delattr(module, "factor"))
except AttributeError as error:
    print(error)
module.__getattr__ = lambda name: len(name)
print(run(10), module.missing)


def trig(n):
    total = 0.0
    for i in range(n):
        total += math.sin(i) * math.floor(i / 3) + math.sqrt(i)
    return total


print(trig(2000))
original = math.sqrt
math.sqrt = lambda x: 1
print(trig(2000))
math.sqrt = original
print(trig(2000))
math.pi = 3
print(math.pi * 2)
del math.floor
try:
    trig(5)
except AttributeError as error:
    print(error)


class Swapped(types.ModuleType):
    @property
    def factor(self):
        return 7


other = Swapped("swapped")
other.scale = lambda x: x
module = other
print(run(100))
import sys

sys.modules["virtual"] = types.ModuleType("virtual")
sys.modules["virtual"].value = 0


def importing(n):
    for i in range(n):
        import virtual

        virtual.value += 1
    from virtual import value

    return value


print(importing(1000))
try:
    from virtual import nothing
except ImportError as error:
    print(error)
