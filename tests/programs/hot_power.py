"""** in hot loops: int, negative exponents, float, big, three arguments, errors."""


def power(a, b):
    return a**b


for i in range(4000):
    power(i, 2)
for a in (0, 1, -1, 2, -2, 10, 2.0, -2.0, 0.5, 0.0, True, 2**40, -(2**40)):
    print(a, [power(a, b) for b in (0, 1, 2, 3, 7, 0.0, 2.0)])
for a, b in ((2, -1), (-2, -3), (10, -2), (2, 0.5), (-8, 1 / 3), (2, 61), (2, 62), (2, 63), (2, 64), (-2, 63), (3, 40), (0, 0), (0.0, 0), (float("inf"), -1), (float("nan"), 0), (1, float("nan")), (-1, float("inf")), (1j, 2), (2, 1j), (2.5, 100)):
    print(a, b, power(a, b))
for a, b in ((0, -1), (0.0, -1.0), (0, -0.5), (10.0, 400), (-10.0, 401), ("a", 2), (2, "a"), (None, None), ([], 2)):
    try:
        print(power(a, b))
    except (ZeroDivisionError, OverflowError, TypeError) as error:
        print(type(error).__name__, error)
print(pow(3, 200, 1000007), pow(-3, 5, 7), pow(3, -1, 7), pow(2, 10, -7), pow(5, 0, 1), pow(2, 3, 5))
for arguments in ((2, -1, 4), (2, 3, 0), (2.0, 3, 5), (2, 3.0, 5)):
    try:
        print(pow(*arguments))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


def polynomial(x):
    return x**3 - 2 * x**2 + x - 5


print(sum(polynomial(i) for i in range(2000)), polynomial(0.5), polynomial(2**30), polynomial(-3))
x = 2
x **= 10
print(x, -2**2, 2**-1, 2**3**2, (-2)**2, 2**-2**2)
