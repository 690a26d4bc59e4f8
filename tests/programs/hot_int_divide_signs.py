"""Floor division, modulo, divmod and true division with all signs, in a hot function."""


def divide(a, b):
    return a // b, a % b, a / b


for i in range(1, 6000):
    divide(i, 7)
values = [7, -7, 1, -1, 2**31, -(2**31), 2**62, -(2**62), 2**62 - 1, 2**63, -(2**63), 10**25, 0]
for a in values:
    for b in (3, -3, 1, -1, 2**31, -(2**62), 10**12):
        quotient, remainder, ratio = divide(a, b)
        assert quotient * b + remainder == a and divmod(a, b) == (quotient, remainder)
        print(a, b, quotient, remainder, ratio)
for a, b in [(7.5, 2), (-7.5, 2), (7.5, -2), (-0.0, 3), (5, 0.25), (1e300, 1e-10), (float("inf"), 2), (3, float("inf")), (-3, float("inf"))]:
    print(a, b, divide(a, b))
