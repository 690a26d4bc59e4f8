"""None, Ellipsis, NotImplemented, type objects, generic aliases, unions, simple namespaces, mapping proxies."""

import types

print(None, ..., NotImplemented, type(None), type(...), type(NotImplemented), None is None, bool(None), bool(...), repr(Ellipsis), None == 0, [None] * 2, hash(None) == hash(None), type(None)() is None, type(...)() is ...)
for call in (lambda: None + 1, lambda: None.x, lambda: None(), lambda: None[0], lambda: None < None, lambda: type(None)(1), lambda: iter(None), lambda: len(None), lambda: -None, lambda: bool(NotImplemented), lambda: setattr(None, "x", 1)):
    try:
        print(call())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
print(type(5), type(type), type("x").__name__, int.__name__, int.__bases__, bool.__mro__, type.__bases__, object.__bases__, int.__module__, isinstance(int, type), type(int) is type, type(type(5)), str.__class__, dict.__qualname__, int.__doc__ is not None, type(1) == int, int == int, int != str)
print(list[int], dict[str, int], list[list[int]], tuple[int, ...], list[int] == list[int], list[int].__origin__, list[int].__args__, hash(list[int]) == hash(list[int]), list[int]([1, 2]), type(list[int]).__name__, isinstance(list[int], type), tuple[()], type[int], set["x"], list[int].append is list.append or True, dict[str, list[int]].__args__)
print(int | str, int | None, int | str == str | int, (int | str).__args__, isinstance(5, int | str), isinstance(None, int | None), issubclass(bool, int | str), int | int, int | (str | float), type(int | str).__name__, list[int] | None, hash(int | str) == hash(str | int), None | int)
for call in (lambda: int | 5, lambda: isinstance([], list[int]), lambda: int[5], lambda: list[int][str], lambda: issubclass(list, list[int]), lambda: 5 | int, lambda: isinstance(1, int | list[int])):
    try:
        print(call())
    except TypeError as error:
        print(error)
n = types.SimpleNamespace(a=1, b="x")
n.c = [n.a]
print(n, n == types.SimpleNamespace(a=1, b="x", c=[1]), vars(n), types.SimpleNamespace({"k": 1}, z=2), n.__replace__(a=5))
p = types.MappingProxyType({"a": 1})
print(p, p["a"], len(p), list(p), p | {"b": 2}, p == {"a": 1}, p.get("z"), p.copy(), type(int.__dict__).__name__)
for call in (lambda: p.__setitem__("a", 2), lambda: types.MappingProxyType(5), lambda: delattr(n, "zzz"), lambda: types.SimpleNamespace(1)):
    try:
        print(call())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
c = types.CellType(5)
c.cell_contents = 6
f = types.FunctionType((lambda x: x + g).__code__, {"g": 10}, "renamed", (1,))
m = types.MethodType(lambda self, x: (self, x), "bound")
mod = types.ModuleType("made", "doc")
mod.x = 1
print(c.cell_contents, f(), f.__name__, m(3), m.__self__, mod.x, mod.__name__, mod.__doc__, repr(mod), types.new_class("N", (int,), {}, lambda ns: ns.update(z=1)).z, types.GenericAlias(list, (int,)), types.NoneType, types.EllipsisType, isinstance(f, types.FunctionType), isinstance(len, types.BuiltinFunctionType), types.CodeType.__name__)
o = object()
print(type(o), o == o, o != object(), hash(o) == hash(o), isinstance(o, object), object.__doc__.splitlines()[0], sorted(vars(object))[:5], callable(object), object().__eq__(5), object().__lt__(5), o.__dir__() == object.__dir__(o), o.__sizeof__() > 0, o.__reduce_ex__(2)[1][0])
