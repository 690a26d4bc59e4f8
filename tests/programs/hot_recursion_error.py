"""RecursionError: raised at the limit, caught, and the program goes on."""

import sys


def endless(n):
    return endless(n + 1) + 1


def depth_reached():
    depth = 0

    def dive():
        nonlocal depth
        depth += 1
        dive()

    try:
        dive()
    except RecursionError as error:
        return depth, str(error)


for _ in range(3):
    try:
        endless(0)
    except RecursionError as error:
        print(type(error).__name__, error)
depth, message = depth_reached()
print(900 < depth < 1000, message)
sys.setrecursionlimit(300)
depth, message = depth_reached()
print(200 < depth < 300, message)
sys.setrecursionlimit(5000)
depth, message = depth_reached()
print(4900 < depth < 5000, message, sys.getrecursionlimit())
sys.setrecursionlimit(1000)


class Loop:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __eq__(self, other):
        return self == other


for action in (lambda: Loop().y, lambda: Loop() == 1):
    try:
        action()
    except RecursionError as error:
        print(type(error).__name__, str(error).startswith("maximum recursion depth exceeded"))
nested = []
nested.append(nested)
print(nested)
mapping = {}
mapping["self"] = mapping
print(mapping)
try:
    sys.setrecursionlimit(0)
except ValueError as error:
    print(error)


def fine(n):
    return 0 if n == 0 else 1 + fine(n - 1)


print(fine(800))
