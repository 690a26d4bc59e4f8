"""One arithmetic function called with every pair of numeric types, hot before and after."""

from decimal import Decimal
from fractions import Fraction


def formula(a, b):
    return (a + b) * (a - b) + a * 2 - b


for i in range(3000):
    formula(i, i + 1)
values = [3, 2**62, -(2**63), 2.5, -0.0, True, 1 + 2j, Fraction(1, 3)]
for a in values:
    print([formula(a, b) for b in values])
print(formula(Decimal("1.5"), 2), formula(Decimal(1), Decimal("0.1")), formula(5, 2))
for a, b in ((Decimal(1), 1.5), ("a", 1), (None, None), ([], [])):
    try:
        print(formula(a, b))
    except TypeError as error:
        print(error)


def horner(coefficients, x):
    total = 0
    for c in coefficients:
        total = total * x + c
    return total


for _ in range(300):
    horner([1, 2, 3, 4], 5)
print([horner([1, -2, 0.5, 3], x) for x in (2, 0.1, Fraction(1, 2), 1j, True, 10**20)])


def mean(items):
    total = count = 0
    for item in items:
        total += item
        count += 1
    return total / count


print([mean(x) for x in ([1, 2, 4], [1.5, 2], [Fraction(1, 2), 1], [1j, 1], [True, False], [2**63, 2**62], range(2000), [Decimal(1), Decimal(2)])])
try:
    mean([])
except ZeroDivisionError as error:
    print(error)
results = []
for i in range(2000):
    x = i if i % 3 else i / 2
    y = i + 2**61 if i % 500 == 7 else 1
    results.append(x * y - x // y + (x % y if y else 0) + (x > y) - (x == y))
print(sum(results), results[7], results[507], results[:8])
