"""Abstract base classes, abstract methods, registration, collections.abc, protocols."""

import abc
import collections.abc
from typing import Protocol, runtime_checkable


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

    @property
    @abc.abstractmethod
    def name(self): ...

    def describe(self):
        return f"{self.name} {self.area()}"


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    name = "square"


class Partial(Shape):
    def area(self):
        return super().area()


print(Square(3).describe(), sorted(Shape.__abstractmethods__), Partial.__abstractmethods__)
for kind in (Shape, Partial):
    try:
        kind()
    except TypeError as error:
        print(error)


class Duck:
    def area(self):
        return 0


Shape.register(Duck)
print(isinstance(Duck(), Shape), issubclass(Duck, Shape), isinstance(5, Shape), Shape in Duck.__mro__)
print(sum(isinstance(v, Shape) for v in [Duck(), Square(1), 5] * 500))


class Sized(abc.ABC):
    @classmethod
    def __subclasshook__(cls, other):
        return any("__len__" in k.__dict__ for k in other.__mro__) or NotImplemented


print(isinstance([], Sized), isinstance(5, Sized))


class Sequence(collections.abc.Sequence):
    def __init__(self, *items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


s = Sequence(1, 2, 3, 2)
print(list(s), 2 in s, s.index(2), s.count(2), list(reversed(s)), isinstance(s, collections.abc.Reversible))


class Mapping(collections.abc.MutableMapping):
    def __init__(self):
        self.d = {}

    def __getitem__(self, k):
        return self.d[k]

    def __setitem__(self, k, v):
        self.d[k] = v

    def __delitem__(self, k):
        del self.d[k]

    def __iter__(self):
        return iter(self.d)

    def __len__(self):
        return len(self.d)


m = Mapping()
m.update(a=1, b=2)
print(dict(m), m.pop("a"), m.setdefault("c", 3), "b" in m, list(m.items()), m.get("zz"), m == {"b": 2, "c": 3}, m.popitem(), len(m))
try:

    class Broken(collections.abc.MutableSet):
        pass

    Broken()
except TypeError as error:
    print(error)
for kind in ("Hashable", "Iterable", "Iterator", "Sized", "Callable", "Sequence", "MutableSequence", "Mapping", "Set", "Generator", "Coroutine", "Awaitable", "Container", "Collection", "Buffer"):
    k = getattr(collections.abc, kind)
    print(kind, [isinstance(v, k) for v in (5, "s", [], (), {}, set(), iter([]), (x for x in ()), len, b"", range(1))])


@runtime_checkable
class HasArea(Protocol):
    side: int

    def area(self) -> int: ...


print(isinstance(Square(1), HasArea), isinstance(Duck(), HasArea))
try:
    issubclass(Square, HasArea)
except TypeError as error:
    print(error)
try:
    HasArea()
except TypeError as error:
    print(error)


class Static(abc.ABC):
    @staticmethod
    @abc.abstractmethod
    def f(): ...

    @classmethod
    @abc.abstractmethod
    def g(cls): ...


print(sorted(Static.__abstractmethods__), abc.get_cache_token() is not None)
