"""Name mangling, class scopes, nested classes and functions, __class__ cell, locals in class bodies."""

x = "module"


class A:
    x = "class"
    __private = 1
    __dunder__ = 2
    y = x

    def get(self):
        return x, self.__private, self.__dunder__

    def __hidden(self):
        return "hidden"

    def call(self, __argument=3):
        __local = 4
        return self.__hidden(), __argument, __local, sorted(locals())

    class __Inner:
        __deep = 5

        def get(self):
            return self.__deep

    inner = __Inner
    lambdas = [lambda: x for _ in range(1)]
    values = [i for i in range(3)]


a = A()
print(a.get(), a.y, A._A__private, a.call(), A.inner.__name__, A.inner().get(), A.inner._Inner__deep, A.lambdas[0](), A.values)
print(sorted(n for n in vars(A) if "private" in n or "hidden" in n or "Inner" in n))
try:
    a.__private
except AttributeError as error:
    print(error)


class _Under:
    __x = 1

    def f(self):
        return self.__x


class __:
    __y = 2


print(_Under._Under__x, __._____y if hasattr(__, "_____y") else sorted(n for n in vars(__) if n.endswith("y")))


def outer():
    x = "outer"

    class B:
        print("in class", x)
        x = x * 0 + "B"
        print("then", x)

        def f(self):
            return x

    class C:
        print(x)
        seen = [x for _ in range(2)]

    return B().f(), C.seen


try:
    print(outer())
except NameError as error:
    print(type(error).__name__, error)


class D:
    global made_global
    made_global = 7
    for k in range(3):
        pass
    if True:
        conditional = k
    try:
        undefined
    except NameError as error:
        message = str(error)
    import math as m
    with open("/dev/null") as f:
        pass
    del k
    exec("dynamic = 9")
    locals()["via_locals"] = 10
    w: int = 3
    (walrus := 5)


print(made_global, D.conditional, D.message, D.m.floor(2.5), D.dynamic, D.via_locals, D.w, D.walrus, hasattr(D, "k"))


class E:
    def f(self):
        return __class__

    def g(self):
        def h():
            return __class__.__name__

        return h()

    k = lambda self: __class__

    @classmethod
    def c(cls):
        return __class__ is cls


class F(E):
    pass


print(F().f().__name__, F().g(), F().k().__name__, F.c(), E.c())


def nonlocal_in_class():
    v = 1

    class G:
        nonlocal v
        v = 2

    return v, hasattr(G, "v")


print(nonlocal_in_class())


class Shadow:
    len = lambda self, q: "own len"

    def f(self):
        return len("abc"), self.len(1)


print(Shadow().f())


class Doc:
    """Documentation."""


class NoDoc:
    pass


print(Doc.__doc__, NoDoc.__doc__, Doc.__module__, [c.__qualname__ for c in (A.inner, outer)], (lambda: 0).__qualname__)


class Outer:
    class Middle:
        class Inner:
            def f(self): ...

    def make(self):
        class Local:
            pass

        return Local


print(Outer.Middle.Inner.f.__qualname__, Outer().make().__qualname__)
