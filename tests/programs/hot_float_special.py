"""NaN, infinities and signed zero through hot float arithmetic and comparisons."""

import math

INF = float("inf")
NAN = float("nan")


def operate(a, b):
    return a + b, a - b, a * b, a < b, a <= b, a == b, a != b, a > b, a >= b


for i in range(3000):
    operate(i * 0.5, i * 0.25)
values = [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 5e-324, 1.7976931348623157e308]
for a in values:
    for b in values:
        print(a, b, *operate(a, b))


def divide(a, b):
    try:
        return a / b, a // b, a % b
    except ZeroDivisionError as error:
        return str(error)


for i in range(3000):
    divide(i * 0.5, 2.5)
for a in values:
    for b in values:
        print(a, b, divide(a, b))
print(math.copysign(1, 0.0 * -1), math.copysign(1, -0.0 + 0.0), min(NAN, 1.0), min(1.0, NAN), max(NAN, 1.0), max(1.0, NAN))
print(NAN in [NAN], [NAN] == [NAN], NAN == NAN, -0.0 == 0.0, {0.0: 1}.get(-0.0), hash(-0.0), hash(INF), hash(-INF))
print(sum([0.1] * 10), sum([1e16, 1.0, -1e16]), 0.1 + 0.2, 1e16 + 1.0, 2.5 // 0.1, -2.5 % 1.0, 5.5 % -2.0)
