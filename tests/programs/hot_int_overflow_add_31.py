"""Additions that cross 2**31 and -2**31 in a hot loop."""


def climb(start, step, count):
    value = start
    crossed = []
    for i in range(count):
        before = value
        value += step
        if (before < 2**31) != (value < 2**31) or (before < -(2**31)) != (value < -(2**31)):
            crossed.append((i, before, value))
    return value, crossed


print(climb(0, 1, 20000))
print(climb(2**31 - 10000, 1, 20000))
print(climb(2**31 - 10000, 3, 20000))
print(climb(-(2**31) + 10000, -1, 20000))
print(climb(2**31 + 5, -1, 10))
print(climb(2**32 - 7, 1, 20), climb(-(2**32) + 7, -1, 20))
