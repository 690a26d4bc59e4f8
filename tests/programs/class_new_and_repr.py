"""__new__, __repr__, __str__, __format__, __bytes__, __bool__, __int__ and the other conversions."""


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Point({self.x!r}, {self.y!r})"

    def __format__(self, spec):
        return f"<{self.x}:{spec}:{self.y}>"


class Text(Point):
    def __str__(self):
        return f"({self.x}, {self.y})"


p, t = Point(1, "a"), Text(2, "b")
print(p, t, str(p), repr(t), f"{p}", f"{p:abc}", f"{t!s:>10}", f"{t!r}", "{:x}".format(p), format(p, "z"), "%s %r" % (t, t), [t], (p,), {t: p}.__len__())


class Numbers:
    __int__ = lambda self: 7
    __float__ = lambda self: 7.5
    __complex__ = lambda self: 7 + 1j
    __bool__ = lambda self: False
    __bytes__ = lambda self: b"seven"
    __index__ = lambda self: 9


n = Numbers()
print(int(n), float(n), complex(n), bool(n), bytes(n), hex(n), "x" * n, round(float(n)), not n)


class Wrong:
    def __init__(self, value):
        self.value = value

    def give(self):
        return self.value

    __str__ = __repr__ = __int__ = __float__ = __bool__ = __bytes__ = __index__ = __complex__ = __hash__ = __len__ = give

    def __format__(self, spec):
        return self.value


for function in (str, repr, int, float, bool, bytes, hash, len, format, complex, lambda w: [1][w], lambda w: f"{w}"):
    for value in (1.5, "s", 5):
        try:
            result = function(Wrong(value))
            print(getattr(function, "__name__", "?"), repr(value), "->", repr(result) if function is not hash else "hashed")
        except (TypeError, IndexError) as error:
            print(getattr(function, "__name__", "?"), repr(value), error)


class OnlyIndex:
    __index__ = lambda self: 3


class OnlyTrunc:
    __trunc__ = lambda self: 4


print(int(OnlyIndex()), float(OnlyIndex()), complex(OnlyIndex()))
try:
    int(OnlyTrunc())
except TypeError as error:
    print(error)


class New:
    def __new__(cls, *args, **kwargs):
        print("new", args, kwargs)
        return super().__new__(cls)

    def __init__(self, *args, **kwargs):
        print("init", args)


class NewOther:
    def __new__(cls):
        return New()

    def __init__(self):
        print("never")


New(1, a=2)
print(type(NewOther()).__name__)


class Cached:
    cache = {}

    def __new__(cls, key):
        if key not in cls.cache:
            cls.cache[key] = super().__new__(cls)
        return cls.cache[key]

    def __init__(self, key):
        self.inits = getattr(self, "inits", 0) + 1


print(Cached(1) is Cached(1), Cached(1).inits)


class ReturnsValue:
    def __init__(self):
        return 5


try:
    ReturnsValue()
except TypeError as error:
    print(error)


class Recursive:
    def __init__(self):
        self.items = [self]

    def __repr__(self):
        return f"R{self.items!r}" if len(self.items) > 5 else "R"


print(Recursive(), object().__repr__().startswith("<object object at 0x"), repr(Recursive.__init__).startswith("<function Recursive.__init__ at "), repr(Point), repr(len), repr(print), repr(int), repr(None), repr(...), repr(NotImplemented), repr(type), repr("".join).startswith("<built-in method join of str object at "), repr(type(p).__dict__["__init__"])[:24])
for action in (lambda: object.__init__(5, 6), lambda: object.__new__(Point, 1), lambda: format(p, 5), lambda: format(object(), "x"), lambda: f"{[]:>5}", lambda: format(None, "5")):
    try:
        print(type(action()))
    except TypeError as error:
        print(error)
