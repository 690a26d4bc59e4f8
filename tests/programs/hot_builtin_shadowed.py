"""Builtins that compiled code has inlined are shadowed by globals and replaced in the builtins module."""

import builtins


def run(items, when=-1, action=None):
    total = 0
    for i in range(len(items)):
        total += len(items) + abs(-i) + min(i, 3) + max(i, 3)
        if isinstance(items[i], int):
            total += 1
        if i == when:
            action()
    return total


items = list(range(1000))
for _ in range(20):
    run(items)
print(run(items))
g = globals()
print(run(items, 500, lambda: g.__setitem__("len", lambda x: 1)))
print(run(items, 500, lambda: g.__delitem__("len")))
print(run(items, 500, lambda: g.__setitem__("abs", lambda x: 0)))
print(run(items, 500, lambda: g.__delitem__("abs")))
print(run(items, 500, lambda: g.__setitem__("isinstance", lambda a, b: False)))
print(run(items, 500, lambda: g.__delitem__("isinstance")))
original = builtins.min
print(run(items, 500, lambda: setattr(builtins, "min", lambda a, b: -1)))
builtins.min = original
print(run(items, 500, lambda: setattr(builtins, "max", original)))
builtins.max = type("Max", (), {"__call__": lambda self, *a: 7})()
print(run(items))
del builtins.max
try:
    run(items)
except NameError as error:
    print(error)
range = lambda n: [0, 1, 2]
builtins.max = original
print(run(items))
del range
print(run(items))
