"""isinstance, issubclass, type() and `is` in hot loops, with subclasses, tuples and virtual classes."""

import collections.abc


class A:
    pass


class B(A):
    pass


class C(B):
    pass


class Meta(type):
    def __instancecheck__(cls, value):
        return value == 42

    def __subclasscheck__(cls, other):
        return other is int


class Virtual(metaclass=Meta):
    pass


def count(values, kind):
    return sum(1 for value in values if isinstance(value, kind))


values = [A(), B(), C(), 1, True, 1.5, "s", None, [], (), {}, 42, int, A]
for _ in range(300):
    results = [count(values, kind) for kind in (A, B, C, int, bool, float, str, object, type, (int, str), (A, (list, tuple)), int | None, Virtual, collections.abc.Sized, collections.abc.Hashable)]
print(results)


def is_checks(values):
    nones = trues = same = 0
    for value in values:
        if value is None:
            nones += 1
        if value is True:
            trues += 1
        if value is not values:
            same += 1
        if type(value) is int:
            same += 100
    return nones, trues, same


values.append(values)
for _ in range(200):
    result = is_checks(values)
print(result)
for arguments in ((1, 5), (1, (int, 5)), (1, "int"), (5, [int])):
    try:
        print(isinstance(*arguments))
    except TypeError as error:
        print(error)
for arguments in ((int, 5), (5, int)):
    try:
        print(issubclass(*arguments))
    except TypeError as error:
        print(error)
print(issubclass(bool, int), issubclass(C, A), issubclass(A, C), issubclass(int, Virtual), issubclass(str, Virtual), issubclass(C, (int, A)))
obj = C()
flips = 0
for i in range(3000):
    if isinstance(obj, B):
        flips += 1
    if i == 1500:
        obj.__class__ = A
print(flips, isinstance(obj, A))


class Proxy:
    @property
    def __class__(self):
        return int


print(isinstance(Proxy(), int), type(Proxy()) is int, isinstance(3, int | str), isinstance("x", int | str))
B.__bases__ = (A,)
print(C.__mro__ == (C, B, A, object), [k.__name__ for k in C.mro()])
