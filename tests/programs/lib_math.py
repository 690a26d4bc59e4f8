"""math: functions, constants, domain and range errors, integer functions on big numbers."""

import math
from math import *

print(pi, e, tau, inf, nan, sqrt(2), sqrt(0), exp(1), exp(-1000), log(10), log(8, 2), log2(8), log10(1000), log1p(1e-10), expm1(1e-10), round(cbrt(27), 12), exp2(3), pow(2, 0.5), sin(1), cos(1), tan(1), asin(1), acos(1), atan(1), atan2(-1, -1), sinh(1), cosh(1), tanh(1), asinh(1), round(acosh(2), 12), round(atanh(0.5), 12), degrees(pi), radians(180), hypot(3, 4), hypot(1, 2, 3), hypot(), dist((0, 0), (3, 4)))
print(floor(-1.5), ceil(-1.5), trunc(-1.5), fabs(-2), fmod(-7, 3), remainder(7, 4), modf(-2.5), frexp(10), ldexp(0.5, 4), copysign(1, -0.0), isnan(nan), isinf(-inf), isfinite(1), isclose(1, 1 + 1e-10), isclose(1, 1.1, rel_tol=0.2), ulp(1), nextafter(1, 2), nextafter(1, 0, steps=3), fsum([0.1] * 10), sumprod([1, 2], [3, 4]), sumprod([0.1, 0.2], [10, 20]), prod([1, 2, 3]), prod([1.5, 2], start=2), erf(1), erfc(1), gamma(5), lgamma(10), fma(2, 3, 4))
print(gcd(12, 18), gcd(), gcd(0, 5), gcd(2**70, 6), lcm(4, 6), lcm(), factorial(0), factorial(20), factorial(25), comb(5, 2), comb(60, 30), comb(2, 5), perm(5, 2), perm(5), isqrt(17), isqrt(10**40), floor(2**70), ceil(1e20), floor(-0.0), trunc(10**30))
calls = [lambda: sqrt(-1), lambda: log(0), lambda: log(-1), lambda: log(1, 1), lambda: log2(0), lambda: exp(1000), lambda: pow(-1, 0.5), lambda: pow(0, -1), lambda: factorial(-1), lambda: factorial(1.5), lambda: isqrt(-1), lambda: comb(-1, 2), lambda: comb(2.0, 1), lambda: asin(2), lambda: acosh(0), lambda: atanh(1), lambda: fmod(1, 0), lambda: fmod(inf, 1), lambda: sin(inf), lambda: gamma(-1), lambda: ldexp(1, 5000), lambda: floor("x"), lambda: sqrt("x"), lambda: sqrt(None), lambda: sqrt(10**400), lambda: cosh(1000), lambda: floor(nan), lambda: ceil(inf), lambda: gcd(1.5), lambda: dist((1,), (1, 2)), lambda: sumprod([1], [1, 2]), lambda: prod(5), lambda: log(10, 0), lambda: math.nope, lambda: sqrt(), lambda: sqrt(1, 2), lambda: hypot("a"), lambda: perm(3, -1), lambda: isclose(1, 2, rel_tol=-1), lambda: remainder(1, 0), lambda: log10(-5), lambda: log(10**400), lambda: log("a"), lambda: fsum([1e308, 1e308]), lambda: exp2(2000), lambda: ulp("a"), lambda: lgamma(0), lambda: trunc("a"), lambda: nextafter(1, 2, steps=-1)]
for number, call in enumerate(calls):
    try:
        print(number, call())
    except (ValueError, OverflowError, TypeError, AttributeError, ZeroDivisionError) as error:
        print(number, type(error).__name__, error)


def spiral(n):
    x = y = 0.0
    for i in range(n):
        angle = i * 0.1
        x += cos(angle) * sqrt(i)
        y += sin(angle) * hypot(i, 1) / (1 + floor(i / 10))
        x, y = x * 0.999, y * 0.999
    return round(x, 9), round(y, 9)


print(spiral(4000))


class Number:
    def __float__(self):
        return 4.0

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __trunc__(self):
        return "trunc"

    def __index__(self):
        return 6


n = Number()
print(sqrt(n), floor(n), ceil(n), trunc(n), gcd(n, 4), factorial(n), isqrt(n), atan2(n, 4), True + sqrt(True))
print([sin(0.0), sin(-0.0), copysign(1, sin(-0.0)), atan2(0.0, -0.0), pow(nan, 0), pow(1, nan), pow(inf, -1), hypot(inf, nan), fmod(-0.0, 5), sqrt(-0.0), exp(-inf), log(inf), atan(inf), tanh(-inf), erf(inf), floor(1e300) == int(1e300)])
