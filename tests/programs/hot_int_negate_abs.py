"""Negation, abs, and invert at the edges of each width."""


def negate(value):
    return -value


def absolute(value):
    return abs(value)


def invert(value):
    return ~value


for i in range(6000):
    negate(i)
    absolute(-i)
    invert(i)
for exponent in (7, 15, 29, 30, 31, 61, 62, 63, 64):
    for value in (2**exponent - 1, 2**exponent, -(2**exponent), -(2**exponent) - 1):
        print(value, negate(value), absolute(value), invert(value), +value)
for value in (0.0, -0.0, 1.5, float("inf"), float("nan"), True, False, 3 + 4j):
    print(value, negate(value), absolute(value))
print(invert(False), int(invert(0)))
for function in (negate, absolute, invert):
    for value in ("x", None, [1]):
        try:
            function(value)
        except TypeError as error:
            print(error)
try:
    invert(1.5)
except TypeError as error:
    print(error)
