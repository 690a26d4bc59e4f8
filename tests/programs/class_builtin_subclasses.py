"""Subclasses of int, float, str, bytes, list, tuple, dict, set and exceptions."""


class Int(int):
    def __new__(cls, value, unit=None):
        self = super().__new__(cls, value)
        self.unit = unit
        return self

    def __repr__(self):
        return f"Int({int(self)}, {self.unit})"


i = Int(5, "m")
print(i, i + 1, type(i + 1).__name__, i == 5, hash(i) == hash(5), {5: "five"}[i], [10, 20, 30, 40, 50, 60][i], i.unit, -i, i * i, isinstance(i, int), f"{i:03d}", f"{i}", "%d" % i, int(i) is not i, range(i)[-1], bool(Int(0)), i.real, type(i.real).__name__)


class Float(float):
    pass


f = Float(1.5)
print(f, f + 1, type(f * 2).__name__, repr(f), f == 1.5, f.is_integer(), Float.fromhex("0x1p3"), type(Float.fromhex("1")).__name__, round(f), type(abs(f)).__name__)


class Str(str):
    extra = 1

    def upper(self):
        return "custom " + super().upper()


s = Str("abc")
print(s, s.upper(), s + "d", type(s + "d").__name__, type(s[0]).__name__, type(s[:]).__name__, s == "abc", {s: 1}["abc"], len(s), "".join([s, s]), type(str(s)).__name__, f"{s:>5}", s.extra, type(s.strip()).__name__, "b" in s)
s.attribute = 5
print(s.__dict__)


class List(list):
    def append(self, item):
        super().append(item * 2)


l = List([1])
l.append(2)
l += [3]
print(l, type(l).__name__, type(l + [1]).__name__, type(l[:]).__name__, type(l * 2).__name__, l == [1, 4, 3], sorted(l), type(l.copy()).__name__)


class Tuple(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)


t = Tuple(1, 2)
print(t, t + (3,), type(t + ()).__name__, t[0], hash(t) == hash((1, 2)), t == (1, 2), type(t[:]).__name__)
a, b = t
print(a, b)


class Dict(dict):
    def __getitem__(self, key):
        return "got " + str(super().__getitem__(key))

    def __setitem__(self, key, value):
        super().__setitem__(key, value + 100)

    def __missing__(self, key):
        return "missing"


d = Dict(a=1)
d["b"] = 2
print(d, d["a"], d["b"], d["zzz"] if hasattr(dict, "__missing__") else d["zzz"], d.get("a"), d.get("q"), list(d.values()), dict(d), {**d}, type(d.copy()).__name__, type(d | {}).__name__, "%(a)s" % d, "{a}".format_map(d), d == {"a": 1, "b": 102})


class Set(set):
    pass


print(Set([1]) | {2}, type(Set([1]) | {2}).__name__, type({1} | Set([2])).__name__, Set([1]) == {1}, type(Set([1]).copy()).__name__)


class Bytes(bytes):
    def __new__(cls, n):
        return super().__new__(cls, b"x" * n)


print(Bytes(3), Bytes(2) + b"y", type(Bytes(1)[:]).__name__)


class Error(ValueError):
    def __init__(self, code, *args):
        super().__init__(*args)
        self.code = code


try:
    raise Error(5, "a", "b")
except ValueError as error:
    print(repr(error), error.code, error.args)


class Bool:
    def __new__(cls):
        return True


print(Bool(), type(Int.__new__(Int, 3)).__name__)
for action in (lambda: int.__new__(str, 1), lambda: int.__new__(), lambda: int.__new__(5), lambda: object.__new__(int), lambda: tuple.__new__(list), lambda: object.__new__(), lambda: str.__new__(int)):
    try:
        action()
    except TypeError as error:
        print(error)
total = Int(0)
for k in range(3000):
    total += Int(k)
print(total, type(total).__name__, sum([Int(1), Int(2)]), max(Int(1), Int(2)), sorted([Int(3), Int(1)]), Int(2**70), Int(True), Int("7"))
