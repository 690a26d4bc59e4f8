"""complex: literals, arithmetic, repr, conversion, errors."""

values = [0j, 1j, -1j, 1 + 2j, -1.5 - 0.5j, complex(0, -0.0), complex(-0.0, 1), complex("1e3-2.5j"), complex(float("inf"), 1), complex(0, float("nan")), 3 + 0j]
for a in values:
    print(repr(a), str(a), a.real, a.imag, a.conjugate(), -a, +a, bool(a), abs(a), a == a.real)
for a in values[:6]:
    for b in values[3:5] + [2, 0.5, True]:
        print(a + b, a - b, a * b, a / b, b + a, b - a, b * a, a**2, a == b)
for text in ("1", "j", "1j", "-j", "1+2j", " ( 1-2j ) ", "1e5j", "nan+infj", "1 + 2j", "1+2", "", "1+2jj", "(1", "+1-1J", "1_0+2_0j"):
    try:
        print(repr(text), complex(text))
    except ValueError as error:
        print(repr(text), error)
print(complex(), complex(1), complex(1.5, 2), complex(1j, 2), complex(True), complex(imag=3), (1 + 2j).__getnewargs__(), hash(1 + 0j) == hash(1), hash(1 + 2j), (3 + 4j).__abs__(), complex.from_number(2))
for call in (lambda: 1j < 2, lambda: 1j // 2, lambda: 1j % 2, lambda: divmod(1j, 1), lambda: int(1j), lambda: float(1j), lambda: 1j / 0, lambda: 0j**-1, lambda: round(1j), lambda: complex("1", 2), lambda: complex(None), lambda: complex(1, "2"), lambda: 1j & 1, lambda: ~1j, lambda: (0j) ** 1j, lambda: setattr(1j, "real", 2)):
    try:
        print(call())
    except (TypeError, ZeroDivisionError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
for spec in ("", ".2f", "e", ">20", "+.1f", "g", ",.1f", "^+25.3e"):
    print(repr(format(1234.5 - 0.25j, spec)))
for spec in ("d", "010", "=10", "%"):
    try:
        format(1j, spec)
    except ValueError as error:
        print(error)
print((1 + 2j) ** 3, (1 + 2j) ** -1, (1 + 2j) ** 0.5, 2 ** (1j), 1j**1j, (-1) ** 0.5, 1j * 1j == -1, complex(1, 2) == complex(1, 2), {1 + 0j: "a"}[1], sum([1j, 2, 3.0]), 1e200j * 1e200j)
z = 0j
for i in range(2000):
    z = z * z * 0.5 + complex(0.1, i % 3 * 0.01)
print(z, abs(z))
