"""All operator methods, their reflected and in-place forms, and the order in which they are tried."""

BINARY = {"+": "add", "-": "sub", "*": "mul", "@": "matmul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "<<": "lshift", ">>": "rshift", "&": "and", "|": "or", "^": "xor"}


def make(name, *, forward=True, reflected=True, inplace=False, base=object, decline=False):
    namespace = {"__init__": lambda self, v: setattr(self, "v", v)}
    for symbol, method in BINARY.items():
        if forward:
            namespace[f"__{method}__"] = lambda self, other, s=symbol: NotImplemented if decline else f"{name}{s}"
        if reflected:
            namespace[f"__r{method}__"] = lambda self, other, s=symbol: f"r{name}{s}"
        if inplace:
            namespace[f"__i{method}__"] = lambda self, other, s=symbol: f"i{name}{s}"
    return type(name, (base,), namespace)


A = make("A")
B = make("B")
C = make("C", base=A)
D = make("D", decline=True)
E = make("E", forward=False, reflected=False)
I = make("I", inplace=True)
for symbol in BINARY:
    row = []
    for left, right in ((A(1), B(2)), (A(1), C(2)), (C(1), A(2)), (D(1), A(2)), (5, A(1)), (A(1), 5), (E(1), B(1)), (D(1), D(1)), (E(1), E(1)), (D(1), 5), (E(1), "x")):
        try:
            row.append(eval(f"left {symbol} right"))
        except TypeError as error:
            row.append(str(error))
    print(symbol, row)
for symbol in BINARY:
    namespace = {"x": I(1), "y": A(1), "z": E(1)}
    exec(f"x {symbol}= 1\ny {symbol}= 1", namespace)
    try:
        exec(f"z {symbol}= 1", namespace)
    except TypeError as error:
        print(namespace["x"], namespace["y"], error)


class Unary:
    __neg__ = lambda self: "neg"
    __pos__ = lambda self: "pos"
    __invert__ = lambda self: "invert"
    __abs__ = lambda self: "abs"
    __round__ = lambda self, n=None: ("round", n)
    __trunc__ = lambda self: "trunc"
    __floor__ = lambda self: "floor"
    __ceil__ = lambda self: "ceil"
    __divmod__ = lambda self, other: ("divmod", other)
    __rdivmod__ = lambda self, other: ("rdivmod", other)
    __pow__ = lambda self, other, modulo=None: ("pow", other, modulo)
    __rpow__ = lambda self, other, modulo=None: ("rpow", other, modulo)


import math

u = Unary()
print(-u, +u, ~u, abs(u), round(u), round(u, 2), math.trunc(u), math.floor(u), math.ceil(u), divmod(u, 1), divmod(1, u), pow(u, 2), pow(u, 2, 3), 2**u, pow(2, u, 5))
for action in (lambda: -object(), lambda: ~"x", lambda: abs("x"), lambda: round("x"), lambda: divmod("x", 1), lambda: +[], lambda: pow("x", 2)):
    try:
        action()
    except TypeError as error:
        print(error)


class NoAdd:
    __add__ = None


try:
    NoAdd() + 1
except TypeError as error:
    print(error)
print([1] + [2], [1] * 2, 2 * [1], (1,) * 2, "a" * 3, 3 * "a", -1 * "a", b"x" * 2, [0] * -5)
items = alias = [1]
items += (2, 3)
items *= 2
print(alias, alias is items)
try:
    items = items + (4,)
except TypeError as error:
    print(error)
t = ([1],)
try:
    t[0] += [2]
except TypeError as error:
    print(error, t)


class Instance:
    pass


i = Instance()
i.__add__ = lambda other: 1
try:
    i + 1
except TypeError as error:
    print(error)
