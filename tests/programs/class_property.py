"""property: getters, setters, deleters, documentation, inheritance, errors."""


class Celsius:
    def __init__(self, degrees=0):
        self._degrees = degrees

    @property
    def degrees(self):
        "The temperature."
        return self._degrees

    @degrees.setter
    def degrees(self, value):
        if value < -273:
            raise ValueError("too cold")
        self._degrees = value

    @degrees.deleter
    def degrees(self):
        self._degrees = 0

    @property
    def fahrenheit(self):
        return self.degrees * 9 / 5 + 32


class Kelvin(Celsius):
    @Celsius.degrees.getter
    def degrees(self):
        return self._degrees + 273

    @property
    def broken(self):
        return self.nothing


c = Celsius(20)
c.degrees += 5
print(c.degrees, c.fahrenheit, Celsius.degrees.__doc__, type(Celsius.degrees).__name__, Celsius.degrees.__name__)
try:
    c.degrees = -300
except ValueError as error:
    print(error)
del c.degrees
print(c.degrees)
for action in (lambda: setattr(c, "fahrenheit", 1), lambda: delattr(c, "fahrenheit"), lambda: property().__get__(5), lambda: Kelvin().broken):
    try:
        action()
    except AttributeError as error:
        print(error)
k = Kelvin(1)
print(k.degrees, k.fahrenheit)
k.degrees = 5
print(k.degrees)


class Old:
    def get_x(self):
        return self._x

    def set_x(self, v):
        self._x = v

    x = property(get_x, set_x, doc="old style")
    size = property(lambda self: 5)


o = Old()
o.x = 3
print(o.x, Old.x.__doc__, o.size, Old.x.fget.__name__, Old.x.fdel, Old.__dict__["x"].__isabstractmethod__)
p = property(lambda self: 1)
print(p.fget(None), p.setter(len).fset is len, p.__get__(None, int) is p)


class Child(Old):
    x = 5


print(Child().x)


class Lazy:
    @property
    def value(self):
        print("computed")
        return 1

    def __getattr__(self, name):
        return f"fallback {name}"


print(Lazy().value, Lazy().other)


class Sub(property):
    def __get__(self, instance, owner=None):
        return "sub", super().__get__(instance, owner) if instance else None


class UsesSub:
    @Sub
    def v(self):
        return 3


print(UsesSub().v, UsesSub.v)
