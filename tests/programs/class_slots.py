"""__slots__: layout, inheritance, defaults, weak references, dictionaries, errors."""

import weakref


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Point3(Point):
    __slots__ = "z"


class WithDict(Point):
    pass


class Private:
    __slots__ = ("__hidden", "_a")

    def __init__(self):
        self.__hidden = 1


p = Point(1, 2)
print(p.x, p.y, Point.__slots__, hasattr(p, "__dict__"), type(Point.x).__name__, Point.x.__name__)
for action in (lambda: setattr(p, "z", 3), lambda: p.z, lambda: p.__dict__, lambda: weakref.ref(p)):
    try:
        action()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
del p.x
for action in (lambda: p.x, lambda: delattr(p, "x")):
    try:
        action()
    except AttributeError as error:
        print(error)
p.x = 5
print(p.x)
q = Point3(1, 2)
q.z = 3
print(q.x, q.y, q.z, hasattr(q, "__dict__"))
w = WithDict(1, 2)
w.extra = 4
print(w.__dict__, w.x)
print(Private()._Private__hidden, sorted(n for n in dir(Private) if "hidden" in n))


class Dictionary:
    __slots__ = ("a", "__dict__", "__weakref__")


d = Dictionary()
d.a, d.b = 1, 2
print(d.__dict__, weakref.ref(d)() is d)


class Documented:
    __slots__ = {"a": "the doc of a"}


print(Documented.a.__doc__, Documented.__slots__)
for text in ("class A:\n __slots__ = ('a',)\n a = 1", "class A:\n __slots__ = (1,)", "class A:\n __slots__ = ('1a',)", "class A(int):\n __slots__ = ('x',)", "class A(tuple):\n __slots__ = ('x',)", "class B:\n __slots__ = ('a',)\nclass C:\n __slots__ = ('b',)\nclass D(B, C):\n pass", "class A:\n __slots__ = ('__dict__', '__dict__')"):
    try:
        exec(text)
        print("fine")
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


class Empty:
    __slots__ = ()


class Left(Empty):
    __slots__ = ("l",)


class Mixed(Left, Empty):
    __slots__ = ()


m = Mixed()
m.l = 1
print(m.l, Point.x.__get__(p), Point.__dict__["x"].__objclass__ is Point)
try:
    Point.x.__get__(5)
except TypeError as error:
    print(error)
Point.x.__set__(p, 9)
print(p.x)
total = 0
for i in range(5000):
    t = Point(i, 1)
    t.x += t.y
    total += t.x
print(total)
