"""int: literals, methods, formatting, conversion from text in every base, and the errors."""

print(0b1010, 0o17, 0xFF, 1_000_000, 0B1, 0O7, 0XaB, 00, 0_0)
print(int("42"), int("  -7 "), int("1_000"), int("ff", 16), int("0xff", 16), int("0b11", 0), int("0o17", 0), int("z", 36), int("-0b101", 2), int(b"12"), int(bytearray(b"3")), int(), int(3.99), int(-3.99), int(True), int("٣"), int("10", base=3))
for arguments in (("",), ("x",), ("1.5",), ("0x10",), ("12", 2), ("1__0",), ("_1",), ("1_",), ("5", 1), ("5", 37), (5, 10), (None,), ([],), ("0b2", 0), ("01", 0), (float("nan"),), ("-",), ("é",), (b"\xff",), ("1" * 5000,)):
    try:
        print(int(*arguments))
    except (ValueError, TypeError, OverflowError) as error:
        print(type(error).__name__, str(error)[:90])
n = 1234567
print(n.bit_length(), n.bit_count(), (-n).bit_length(), n.to_bytes(3, "big"), n.to_bytes(4, "little"), (-5).to_bytes(2, "big", signed=True), int.from_bytes(b"\x12\xd6\x87", "big"), int.from_bytes(b"\xff\xfe", "big", signed=True), n.as_integer_ratio(), n.numerator, n.denominator, n.real, n.imag, n.conjugate(), (5).is_integer(), (255).to_bytes())
for call in (lambda: (256).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big"), lambda: (1).to_bytes(-1, "big"), lambda: (1).to_bytes(1, "middle")):
    try:
        call()
    except (OverflowError, ValueError) as error:
        print(type(error).__name__, error)
for spec in ("", "d", "b", "o", "x", "X", "#b", "#o", "#x", "#X", "c", "n", "e", ".2f", "g", "%", ",", "_", "_b", "_x", "+d", " d", "-d", "08d", "<8", ">8", "^8", "*^9", "=+8d", "+010,d", "#010x", "#_b"):
    print(repr(spec), repr(format(65, spec)), repr(format(-65, spec)) if spec != "c" else "", repr(format(1234567890, spec)) if spec != "c" else "")
for spec in ("s", ".2d", "q", "+c", ",x", ",_d", "10.5d", "#s", "{}", "cc"):
    try:
        print(spec, format(5, spec))
    except ValueError as error:
        print(spec, error)
print(bin(10), oct(-8), hex(255), hex(-255), bin(0), chr(65), ord("€"), divmod(-7, 3), pow(2, 100), round(12345, -2), abs(-5), str(-0), repr(10**20), hash(5), int.__doc__[:9])
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7 / 2, 6 / 3, 2**-1, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 10, -1 >> 3, 1 < 2 < 3, 0 is 0 or 1)
print((1).__add__(2), (1).__add__("x"), int.__eq__(1, 1.0), (3).__rsub__(10), (5).__bool__(), (7).__divmod__(2), (2).__pow__(10, 1000), (5).__format__("03d"), (5).__round__(), (True).__int__(), int.__mul__(2, 3))
print(sum(int(c) for c in str(2**1000)), len(str(3**1000)), [i for i in range(256) if f"{i:08b}" == f"{i:08b}"[::-1]][:6])
