"""PEP 695 and 696: type parameters of functions, classes and aliases, with bounds and defaults, lazily."""

import typing


def first[T](items: list[T]) -> T:
    return items[0]


class Box[T: (int, str), *Ts]:
    def __init__(self, item: T):
        self.item = item

    def map[U](self, f: "Callable[[T], U]") -> Box[U]:
        return Box(f(self.item))


type Pair[A, B = int] = tuple[A, B]
type Tree = list[Tree] | int
type Lazy = undefined_name | int

print(first([1, 2]), first.__type_params__, Box.__type_params__, Pair.__type_params__)
t = Box.__type_params__[0]
print(t.__constraints__, t.__bound__, type(t).__name__, Box.__parameters__)
print(Pair, type(Pair).__name__, Pair.__value__, Pair[str, int], Tree.__value__, Pair.__name__)
print(Pair.__type_params__[1].__default__, Box.__type_params__[1].has_default(), Box[int, str, float], t.has_default(), t.__default__)
try:
    Lazy.__value__
except NameError as error:
    print(error)
undefined_name = str
print(Lazy.__value__)


def bounded[T: int = bool](x: T) -> T:
    def inner(y: T) -> list[T]:
        return [x, y]

    return inner


T = "module level"
b = bounded.__type_params__[0]
print(b.__bound__, b.__default__, bounded(1)(2), bounded(1).__annotations__["y"] is b, T)
print(Box.__bases__, Box.__orig_bases__, Box(5).map(str).item, Box.__class_getitem__ is not None)
print(issubclass(Box, typing.Generic), Box[int], Box[int].__origin__ is Box, Box[int].__args__)


class Outer[T]:
    class Inner[S]:
        both: dict[S, T]

    def method[T](self, x: T):
        return T


print(Outer.Inner.__annotations__, Outer().method(1) is Outer.__type_params__[0])


class Signature[**P = [int]]:
    pass


class Child[K](Box[K], metaclass=type):
    pass


print(Signature.__type_params__[0].__default__, Signature[[str]])
print(Child.__mro__[1] is Box, Child.__orig_bases__)
for text in ("def f[T, T](): pass", "type X[T: (yield)] = int", "class A[T := int]: pass", "def f[T: await x](): pass", "def f[T = int, U](): pass"):
    try:
        compile(text, "<text>", "exec")
    except SyntaxError as error:
        print(error.msg)


def decorated(function):
    return function.__name__


@decorated
def generic[T](x: T): ...


print(generic, (lambda: first)().__qualname__, typing.get_type_hints(first))
