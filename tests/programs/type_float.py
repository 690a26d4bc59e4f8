"""float: repr, parsing, formatting, methods, rounding."""

import math

values = [0.0, -0.0, 1.0, 0.1, 1 / 3, 100.0, 1e15, 1e16, 1e17, 123456789.123456789, 1e-4, 1e-5, 1.5e300, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 9007199254740993.0, 0.30000000000000004, 2.5, 1e22, 1e23, 4.35, 2.675]
for v in values:
    print(repr(v), str(v), f"{v:.3f}", f"{v:e}", f"{v:g}", f"{v:.17g}", f"{v:>12.4}", f"{v:+.1%}" if abs(v) < 1e20 else "", f"{v:012.2f}" if abs(v) < 1e15 else "", v.hex())
for text in ("1", " 1.5 ", "1e5", "1E-5", ".5", "5.", "+1", "-0", "inf", "-Infinity", "nan", "NaN", "1_0.5_0", "1e400", "1e-400", "0x1p3", "", ".", "e5", "1e", "--1", "1__0", "infinit", "1,5", "٣.٥", "1" * 400):
    try:
        print(repr(text[:12]), float(text))
    except ValueError as error:
        print(repr(text[:12]), error)
print(float(), float(5), float(True), float(b"2.5"), float.fromhex("0x1.8p1"), float.fromhex("-inf"), (2.5).is_integer(), (3.0).is_integer(), (0.75).as_integer_ratio(), (-2.5).as_integer_ratio(), (1.5).conjugate(), (1.5).real, (1.5).imag, float.from_number(3))
for call in (lambda: float(None), lambda: float([]), lambda: float("inf").as_integer_ratio(), lambda: float("nan").as_integer_ratio(), lambda: float.fromhex("zz"), lambda: float("1", "2"), lambda: 1.5 << 1, lambda: 1.5 & 1, lambda: 10.0**400, lambda: round(float("inf")), lambda: math.floor(float("nan")), lambda: float.from_number("3")):
    try:
        print(call())
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
for spec in ("", "f", "F", "e", "E", "g", "G", "n", "%", ".0f", "#.0f", ".0e", ".3", ",", ",.2f", "_.3f", "010", "+", " ", "<10", "^12.3f", "*>9.1e", "=+12.2f", "z.1f", "#g", ".50f", "020,.3f"):
    print(repr(spec), *(repr(format(v, spec)) for v in (3.14159, -1234567.891, 0.0, -0.04, float("inf"), float("nan"))))
for spec in ("d", "x", "s", "c", ".f", "10.", "q", ".2147483648f"):
    try:
        print(format(1.5, spec))
    except (ValueError, OverflowError) as error:
        print(spec, error)
print([round(v, n) for v, n in ((2.675, 2), (1.005, 2), (0.5, 0), (1.5, 0), (2.5, 0), (-1.5, 0), (1234.5678, -2), (1e300, 5), (5e-324, 400), (1.25, 1), (1.35, 1), (-0.4, 0), (2.5, None))])
print([round(v) for v in (0.5, 1.5, 2.5, -0.5, -1.5, 1e15 + 0.5, 0.49999999999999994)], math.fmod(-7.5, 2), -7.5 % 2, 7.5 // -2, divmod(-7.5, 2), 1e308 * 10, -1e308 * 10, 0.1 + 0.2 == 0.3, 0.1 + 0.2)
print(float("nan") != float("nan"), 1.0 == 1, 1.5 == 1.5 + 0j, 0.1 < 1 / 3 < 0.5, math.inf > 10**400, hash(1.5), hash(0.1), hash(1e100), hash(float("inf")), (0.1).__repr__(), (1.5).__add__("x"), (1.5).__trunc__(), (1.5).__int__(), (7.5).__divmod__(2))
print("%f %e %g %5.1f %-8.2f| %+d %s %r %%" % (1.5, 1.5, 1e-10, 2.25, 3.14159, 2.9, 0.1, 0.1), "%.3g" % 1234567.0, "%#x" % 255, "%05d" % -3, "%x" % 10**20)
total = 0.0
for i in range(1, 2000):
    total += 1 / i if i % 2 else -1 / i
print(total, sum([0.1] * 10), math.fsum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum((0.5, 1, 2)))
