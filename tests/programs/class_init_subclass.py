"""__init_subclass__, __class_getitem__, __set_name__ and class keyword arguments."""


class Plugin:
    registry = {}

    def __init_subclass__(cls, /, name=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registry[name or cls.__name__.lower()] = cls
        cls.level = len(cls.__mro__)


class Audio(Plugin):
    pass


class Video(Plugin, name="film"):
    pass


class Stream(Audio, Video, name="stream"):
    pass


print({k: v.__name__ for k, v in Plugin.registry.items()}, Audio.level, Stream.level)
try:

    class Wrong(Plugin, nome="x"):
        pass

except TypeError as error:
    print(error)


class Generic:
    def __class_getitem__(cls, item):
        return cls.__name__, item


print(Generic[int], Generic[1, 2], Generic["x":"y"])


class Meta(type):
    def __getitem__(cls, item):
        return "meta wins", item


class Both(Generic, metaclass=Meta):
    pass


print(Both[3])
try:
    int[3]
except TypeError as error:
    print(error)
try:
    Generic()[1]
except TypeError as error:
    print(error)


class Field:
    order = []

    def __set_name__(self, owner, name):
        self.order.append((owner.__name__, name))


class Model:
    a = Field()
    b = c = Field()

    class Inner:
        d = Field()

    def method(self):
        e = Field()
        return e


Model().method()
print(Field.order)


class Cooperative:
    def __init_subclass__(cls, *, x=0, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.x = x


class Second:
    def __init_subclass__(cls, *, y=0, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.y = y


class Third(Cooperative, Second, x=1, y=2):
    pass


print(Third.x, Third.y, Plugin.__init_subclass__.__self__.__name__)


class Order:
    events = []

    def __init_subclass__(cls):
        Order.events.append(("init_subclass", hasattr(cls, "z")))


class Tracker:
    def __set_name__(self, owner, name):
        Order.events.append(("set_name", name))


def decorate(cls):
    Order.events.append(("decorator", cls.__name__))
    return cls


@decorate
class Sub(Order):
    z = Tracker()
    y = Tracker()


print(Order.events)
print(Sub.__firstlineno__ > 0, Sub.__static_attributes__, Model.__qualname__, Model.Inner.__qualname__)


class Static:
    def __init__(self):
        self.b = self.a = 1

    def other(self):
        self.c, self.d = 1, 2
        self.e.f = 3


print(sorted(Static.__static_attributes__))
