"""Metaclasses: __prepare__, __new__, __init__, __call__, conflicts, keyword arguments, attributes."""


class Meta(type):
    log = []

    @classmethod
    def __prepare__(mcs, name, bases, **kwargs):
        mcs.log.append(("prepare", name, [b.__name__ for b in bases], kwargs))
        return {"injected": 42}

    def __new__(mcs, name, bases, namespace, **kwargs):
        mcs.log.append(("new", name, sorted(k for k in namespace if not k.startswith("__"))))
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kwargs):
        cls.log.append(("init", name))
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        instance = super().__call__(*args, **kwargs)
        instance.made_by = cls.__name__
        return instance

    def __getattr__(cls, name):
        return f"meta getattr {name}"

    def __len__(cls):
        return 7

    def __contains__(cls, item):
        return item == "x"

    def __iter__(cls):
        return iter("abc")

    def __getitem__(cls, key):
        return key * 2

    @property
    def shout(cls):
        return cls.__name__.upper()

    def __repr__(cls):
        return f"<the class {cls.__name__}>"


class Base(metaclass=Meta, option=1):
    def __init__(self, a=0):
        self.a = a


class Child(Base, flag=True):
    x = 1


for entry in Meta.log:
    print(entry)
item = Child(3)
print(item.made_by, item.a, item.injected, Child.missing, Child.shout, len(Child), "x" in Child, list(Child), Child[4], Child, type(Child))
print(hasattr(item, "missing"), hasattr(item, "shout"), isinstance(Child, Meta), type(item) is Child)


class Other(type):
    pass


try:

    class Conflict(Base, metaclass=Other):
        pass

except TypeError as error:
    print(error)


class Both(Meta, Other):
    pass


class Works(Base, metaclass=Both):
    pass


print(type(Works).__name__)


def function_metaclass(name, bases, namespace, **kwargs):
    return (name, bases, sorted(k for k in namespace if k[0] != "_"), kwargs)


class NotAClass(int, metaclass=function_metaclass, k=1):
    y = 2


print(NotAClass)
try:

    class Keyword(extra=1):
        pass

except TypeError as error:
    print(error)


class Singleton(type):
    instances = {}

    def __call__(cls, *args):
        if cls not in cls.instances:
            cls.instances[cls] = super().__call__(*args)
        return cls.instances[cls]


class One(metaclass=Singleton):
    pass


print(One() is One(), all(One() is One() for _ in range(1000)))


class Instance(type):
    def __instancecheck__(cls, item):
        return item == 1

    def __subclasscheck__(cls, other):
        return other is str


class Check(metaclass=Instance):
    pass


print(isinstance(1, Check), isinstance(2, Check), issubclass(str, Check), issubclass(int, Check))
Dynamic = Meta("Dynamic", (Base,), {"z": 5})
print(Dynamic.z, Dynamic.__mro__, Dynamic.__qualname__, Dynamic.__module__)
for arguments in ((1, (), {}), ("n", 5, {}), ("n", (), 5), ("n", (5,), {}), ("n", (bool,), {}), ("n", (int, str), {}), ("n", (Base, Base), {}), ("n",), ("n", (object, Base), {}), ("a\0b", (), {})):
    try:
        type(*arguments)
        print("made")
    except (TypeError, ValueError) as error:
        print(type(error).__name__, str(error).split("\n")[0])
