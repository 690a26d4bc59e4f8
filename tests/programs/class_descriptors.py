"""The descriptor protocol: data, non-data, class access, precedence, functions and methods as descriptors."""


class Data:
    def __get__(self, instance, owner=None):
        return ("data", instance is not None, owner and owner.__name__)

    def __set__(self, instance, value):
        print("set", value)

    def __delete__(self, instance):
        print("delete")


class NonData:
    def __get__(self, instance, owner=None):
        return ("nondata", instance is not None)


class OnlySet:
    def __set__(self, instance, value):
        instance.__dict__["only"] = value * 2


class Named:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name


class Owner:
    data = Data()
    nondata = NonData()
    only = OnlySet()
    named = Named()

    def method(self):
        return self

    @classmethod
    def klass(cls, *args):
        return cls.__name__, args

    @staticmethod
    def static(*args):
        return args


o = Owner()
print(o.data, Owner.data, o.nondata, Owner.nondata)
o.data = 1
del o.data
o.__dict__["data"] = "hidden"
print(o.data, o.__dict__)
o.nondata = "instance wins"
print(o.nondata)
del o.nondata
print(o.nondata)
print(type(o.only).__name__)
o.only = 5
print(o.only)
try:
    del o.only
except AttributeError as error:
    print(type(error).__name__, error)
bound = o.method
print(bound.__self__ is o, bound.__func__ is Owner.__dict__["method"], bound() is o, bound == o.method, bound is o.method, Owner.method(5))
print(o.klass(1), Owner.klass(2), o.static(3), Owner.static(), type(Owner.__dict__["klass"]).__name__, Owner.__dict__["static"].__func__ is Owner.static)
print(Owner.__dict__["method"].__get__(o, Owner)() is o, Owner.__dict__["klass"].__get__(None, Owner)(7))


class Raises:
    def __get__(self, instance, owner):
        raise AttributeError("from descriptor")


class Fallback:
    broken = Raises()

    def __getattr__(self, name):
        return "fallback " + name


print(Fallback().broken)
try:
    Fallback.broken
except AttributeError as error:
    print(error)
try:

    class Bad:
        def __init_subclass__(cls):
            raise ValueError("init_subclass")

    class Sub(Bad):
        pass

except ValueError as error:
    print(error)


class BadName:
    def __set_name__(self, owner, name):
        raise KeyError("set_name failed")


try:

    class Holder:
        item = BadName()

except KeyError as error:
    print(repr(error), error.__notes__)
print(staticmethod(len)("abc"), classmethod(lambda c: c).__get__(None, int)() is int)
f = Owner.__dict__["method"]
print(f.__get__(None, Owner) is f, type(f.__get__(1)).__name__)
print([type(vars(c)[n]).__name__ for c, n in ((int, "real"), (str, "upper"), (dict, "fromkeys"), (type, "__mro__"), (object, "__class__"), (int, "__add__"))])
Owner.late = Named()
print(hasattr(Owner.late, "name"))
