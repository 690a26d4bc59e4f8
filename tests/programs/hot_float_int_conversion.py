"""int(float), float(int), round, floor and truncation in a hot loop, with the values that don't fit."""

import math


def convert(value):
    return int(value), round(value), math.floor(value), math.ceil(value), math.trunc(value)


total = 0
for i in range(4000):
    total += sum(convert(i * 0.37 - 500))
print(total)
for value in (0.5, 1.5, 2.5, -0.5, -1.5, 2**31 + 0.5, 2.0**52 + 0.5, 2.0**53, 2.0**62, -(2.0**62), 2.0**63, -(2.0**63), 2.0**64, 1e22, 1e300, -0.0, 7, 2**80, True):
    print(value, convert(value))
for value in (float("inf"), float("-inf"), float("nan")):
    for function in (int, round, math.floor, math.ceil, math.trunc):
        try:
            function(value)
        except (OverflowError, ValueError) as error:
            print(function.__name__, type(error).__name__, error)


def to_float(value):
    return float(value)


for i in range(4000):
    to_float(i)
for value in (2**53, 2**53 + 1, 2**53 + 3, 2**62 - 1, 2**63 - 1, 2**64, 10**22, 10**23, -(2**1023), True, "1e3", " -inf "):
    print(value, to_float(value))
for value in (2**1024, 10**400, "x", None, [], "1_0.0_1", ""):
    try:
        print(to_float(value))
    except (OverflowError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(round(2.675, 2), round(1234567, -3), round(-1.5), round(1e20, -19), round(2.5, None), round(5, 2), round(0.5, 0), round(15, -1), round(25, -1))
