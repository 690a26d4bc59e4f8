"""decimal, fractions, statistics and numbers."""

import statistics
from decimal import *
from fractions import Fraction

getcontext().prec = 28
a, b = Decimal("1.10"), Decimal("3")
print(a + b, a - b, a * b, a / b, a // b, a % b, -a, abs(-a), a**2, a == Decimal("1.1"), hash(a) == hash(Decimal("1.1")), a < b, Decimal(1) / 7, Decimal(2).sqrt(), Decimal("1e10"), Decimal("1E+3").normalize(), Decimal("123.456").quantize(Decimal("0.01")), Decimal("2.5").to_integral_value(), Decimal("NaN"), Decimal("-Infinity"), Decimal(0.1), Decimal((1, (1, 2, 3), -2)), Decimal("1.23").as_tuple(), Decimal("100").adjusted(), repr(a), f"{Decimal('1234567.891'):,.2f}", f"{a:.5e}", int(Decimal("7.9")), float(a), round(Decimal("2.675"), 2), Decimal("0.1") + Decimal("0.2"), max(a, b), Decimal("1.1").compare(b), Decimal(10).ln(), Decimal(2).exp(), Decimal("1.5").as_integer_ratio())
with localcontext() as c:
    c.prec = 5
    c.rounding = ROUND_DOWN
    print(Decimal(1) / 3, Decimal(2) / 3, Decimal("123456.789") + 0)
for call in (lambda: Decimal(1) / 0, lambda: Decimal("x"), lambda: Decimal(-1).sqrt(), lambda: Decimal(1) + 1.5, lambda: Decimal("sNaN") + 1, lambda: int(Decimal("NaN")), lambda: Decimal(0) / 0, lambda: Decimal(1).quantize(Decimal("1e-50"))):
    try:
        print(call())
    except (ArithmeticError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
f, g = Fraction(3, 4), Fraction("1.25")
print(f, g, f + g, f - g, f * g, f / g, f // g, f % g, f**2, f**-1, f**0.5, f == 0.75, hash(f) == hash(0.75), Fraction(0.1), Fraction(0.1).limit_denominator(100), Fraction("22/7"), repr(f), float(f), int(g), round(g, 1), f + 1, 1 - f, f * 0.5, f < g, abs(-f), -f, Fraction(6, -4), f.numerator, f.as_integer_ratio(), sum([Fraction(1, n) for n in range(1, 20)]), f"{Fraction(1, 3):.4f}", divmod(g, f), bool(Fraction(0)))
for call in (lambda: Fraction(1, 0), lambda: Fraction("x"), lambda: Fraction(1.5, 2), lambda: Fraction(float("nan")), lambda: f / 0):
    try:
        print(call())
    except (ZeroDivisionError, ValueError, TypeError, OverflowError) as error:
        print(type(error).__name__, error)
data = [1, 2, 2, 3, 4, 7, 9]
print(statistics.mean(data), statistics.median(data), statistics.mode(data), statistics.stdev(data), statistics.variance(data), statistics.pstdev(data), statistics.quantiles(data), statistics.fmean(data), statistics.geometric_mean(data), statistics.harmonic_mean(data), statistics.multimode("aabb"), statistics.median_low([1, 2, 3, 4]), statistics.mean([Fraction(1, 2), Fraction(1, 3)]), statistics.correlation(data, data[::-1]), statistics.linear_regression([1, 2, 3], [2, 4, 6]), statistics.NormalDist(5, 2).cdf(6))
try:
    statistics.mean([])
except statistics.StatisticsError as error:
    print(error)
total = Decimal(0)
for i in range(1, 300):
    total += Decimal(1) / i
x = Fraction(0)
for i in range(1, 100):
    x += Fraction(1, i * i)
print(total, float(x), x.denominator.bit_length())
