"""Method resolution order, diamonds, multiple inheritance, mixins, changing __bases__, super chains."""


class A:
    def who(self):
        return ["A"]


class B(A):
    def who(self):
        return ["B"] + super().who()


class C(A):
    def who(self):
        return ["C"] + super().who()


class D(B, C):
    def who(self):
        return ["D"] + super().who()


class E(C, B):
    pass


print([k.__name__ for k in D.__mro__], D().who(), E().who(), D.__bases__, D.__base__.__name__, D.mro() == list(D.__mro__))
try:

    class F(D, E):
        pass

except TypeError as error:
    print(error)
try:

    class G(A, B):
        pass

except TypeError as error:
    print(error)
try:

    class H(A, A):
        pass

except TypeError as error:
    print(error)
try:

    class I(5):
        pass

except TypeError as error:
    print(error)
for base in ("bool", "type(None)", "type(lambda: 0)", "range", "slice", "type(...)", "type(NotImplemented)"):
    try:
        exec(f"class X({base}): pass")
        print(base, "fine")
    except TypeError as error:
        print(error)


class Mixin:
    def describe(self):
        return f"{type(self).__name__}:{self.name}"


class Named(Mixin):
    def __init__(self, name):
        self.name = name


print(Named("n").describe(), issubclass(Named, Mixin), isinstance(Named("x"), Mixin), Mixin.__subclasses__())


class Old:
    def f(self):
        return "old"


class New:
    def f(self):
        return "new"


class Sub(Old):
    pass


s = Sub()
print(s.f())
Sub.__bases__ = (New,)
print(s.f(), [k.__name__ for k in Sub.__mro__], Old.__subclasses__(), New.__subclasses__())
for bases in ((), (5,), (int,), 5, (Sub,)):
    try:
        Sub.__bases__ = bases
    except TypeError as error:
        print(error)


class Base:
    def __init__(self, **kwargs):
        self.rest = kwargs


class X(Base):
    def __init__(self, x, **kwargs):
        super().__init__(**kwargs)
        self.x = x


class Y(Base):
    def __init__(self, y, **kwargs):
        super().__init__(**kwargs)
        self.y = y


class XY(X, Y):
    pass


o = XY(x=1, y=2, z=3)
print(vars(o))


class Proxy:
    def __mro_entries__(self, bases):
        return (A, Mixin)


class FromProxy(Proxy()):
    pass


print(FromProxy.__bases__ == (A, Mixin), type(FromProxy.__orig_bases__[0]).__name__)


class CustomOrder(type):
    def mro(cls):
        return [cls, C, A, object]


class Custom(metaclass=CustomOrder):
    pass


print([k.__name__ for k in Custom.__mro__], Custom.who.__qualname__)
print(D.who.__qualname__, D().who.__func__ is D.who, super(D, D()).who(), super(C, D()).who(), super(B, D).who(D()))
A.added = 1
print(D.added, D().added)
A.who = lambda self: ["changed"]
print(D().who())
