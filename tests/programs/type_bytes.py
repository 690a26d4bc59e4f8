"""bytes and bytearray: literals, methods, conversion, mutation, errors."""

b = b"Hello, World"
print(b"\x00\xff\n\t\\'\"a", b'it\'s', br"\n", b"a" b"b", bytes(), bytes(3), bytes([65, 66]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(3)), bytes.fromhex("DE ad  beef"), b"\xde\xad".hex(), b"\xde\xad\xbe".hex(":"), b"\xde\xad\xbe\xef".hex("-", 2), bytearray(b"ab"), bytearray("é", "latin-1"), repr(bytearray(2)))
print(b[0], b[-1], b[1:4], b[::-1], list(b[:3]), 72 in b, b"World" in b, b + b"!", b * 2, len(b), b == bytearray(b), b < b"I", hash(b) == hash(bytes(bytearray(b))), max(b), sorted(b"cab"), b"%d-%s" % (5, b"x"))
print(b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b.find(b"o"), b.find(111, 5), b.rfind(b"o"), b.index(b"W"), b.count(b"l"), b.count(108), b.startswith((b"x", b"He")), b.endswith(b"d"), b.replace(b"l", b"L", 2), b.split(b", "), b.split(), b"a,b,c".rsplit(b",", 1), b.partition(b","), b" x ".strip(), b"xxax".lstrip(b"x"), b",".join([b"a", bytearray(b"b")]), b"a\nb\r\nc".splitlines(), b"a".center(5, b"*"), b"a".ljust(3), b"7".zfill(3), b"a\tb".expandtabs(4), b"abc".translate(bytes(range(256)), b"b"), bytes.maketrans(b"ab", b"xy")[97:99], b"pre-x".removeprefix(b"pre-"), b"abc".isalpha(), b"1".isdigit(), b" ".isspace(), b"Ab".istitle(), b"\xe9".decode("latin-1"), b"\xc3\xa9".decode())
for call in (lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("x"), lambda: bytes(1.5), lambda: bytes([1.5]), lambda: b + "x", lambda: b"a" < "a", lambda: b.find("o"), lambda: b.index(b"zz"), lambda: b"".join(["a"]), lambda: b[20], lambda: b"\xff".decode(), lambda: b"\xff".decode("ascii"), lambda: bytes.fromhex("abc"), lambda: bytes.fromhex("zz"), lambda: "x" in b, lambda: 300 in b, lambda: b.split(b""), lambda: b"%d" % "x", lambda: b"%s" % "x", lambda: b"a".decode("nonsense"), lambda: b"a".center(5, b"xy"), lambda: bytes("x", "ascii", "strict", 1), lambda: b"\xed\xa0\x80".decode(), lambda: b"a" * -1 + 1):
    try:
        print(repr(call()))
    except (ValueError, TypeError, IndexError, LookupError) as error:
        print(type(error).__name__, error)
print(b"\xff\xfea\xe2\x82".decode("utf-8", "replace").encode("ascii", "backslashreplace"), b"\xffa".decode("utf-8", "ignore"), b"a\xff".decode("ascii", "backslashreplace"), b"a\xff".decode("ascii", "surrogateescape").encode("ascii", "surrogateescape"), b"\xff\xfea\0".decode("utf-16"), b"\xed\xa0\x80".decode("utf-8", "surrogatepass").encode("unicode_escape"))
a = bytearray(b"hello")
a[0] = 72
a.append(33)
a.extend(b"??")
a += b"x"
a.insert(0, 60)
a[1:3] = b"JJJ"
del a[-2:]
a.reverse()
print(a, a.pop(), a.pop(0), a, a.remove(111), a.copy() == a, a.index(b"J"), a * 2, type(a + b"x").__name__, type(b"x" + a).__name__, type(a[1:2]).__name__, a.upper())
a[::2] = b"1" * len(a[::2])
print(a, a.clear(), a, a.resize(3), a)
for call in (lambda: a.append(256), lambda: a.append("x"), lambda: a.pop(9), lambda: bytearray().pop(), lambda: a.remove(5), lambda: hash(a), lambda: a.__setitem__(0, -1), lambda: a.__setitem__(slice(0, 3, 2), b"abc"), lambda: a.extend(5), lambda: a.extend([1, "x"])):
    try:
        print(call())
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
m = memoryview(bytearray(range(10)))
m[0] = 100
m[1:3] = b"zz"
print(m[0], m[1:4].tobytes(), m[::2].tolist(), m.nbytes, m.format, m.shape, m.readonly, m.cast("H").tolist()[:2], bytes(m[::-1]), m == bytearray(m), len(m), m.hex(), memoryview(b"x").readonly, m.obj[0], m.contiguous, 100 in m)
for call in (lambda: memoryview(b"x").__setitem__(0, 1), lambda: m.__setitem__(slice(0, 2), b"abc"), lambda: memoryview("x"), lambda: m[10], lambda: m.cast("q"), lambda: m.__setitem__(0, 256)):
    try:
        print(call())
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
