"""getattr, setattr, hasattr, delattr, __getattr__, __getattribute__, __dir__ and the messages of failures."""


class Recorder:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __getattr__(self, name):
        if name.startswith("no"):
            raise AttributeError(f"refused {name}")
        self.log.append(("get", name))
        return name.upper()

    def __setattr__(self, name, value):
        self.log.append(("set", name, value))
        super().__setattr__(name, value)

    def __delattr__(self, name):
        self.log.append(("del", name))
        super().__delattr__(name)

    def __dir__(self):
        return ["b", "a"]


r = Recorder()
r.x = 1
print(r.x, r.y, getattr(r, "z"), hasattr(r, "none"), getattr(r, "nope", "default"))
del r.x
print(r.x, r.log, dir(r))


class Everything:
    real = 5

    def __getattribute__(self, name):
        if name == "real":
            return super().__getattribute__(name) + 1
        return "intercepted " + name


e = Everything()
print(e.real, e.anything, e.__class__, type(e).__name__)


class Plain:
    classvar = 1

    def method(self):
        pass


p = Plain()
for action in (
    lambda: p.missing,
    lambda: Plain.missing,
    lambda: p.metod,
    lambda: setattr(5, "x", 1),
    lambda: setattr(object(), "x", 1),
    lambda: delattr(p, "missing"),
    lambda: delattr(p, "classvar"),
    lambda: setattr(int, "x", 1),
    lambda: setattr(p, "__class__", 5),
    lambda: (5).missing,
    lambda: None.missing,
    lambda: "s".missing,
    lambda: [].appendd,
    lambda: print.missing,
    lambda: (lambda: 0).missing,
    lambda: getattr(p, 5),
    lambda: setattr(p.method, "x", 1),
    lambda: setattr(Plain, "__name__", 5),
    lambda: delattr(Plain, "__name__"),
    lambda: setattr(len, "x", 1),
    lambda: p.__dict__.missing,
    lambda: __import__("math").missing,
    lambda: Plain().method.missing,
    lambda: (i for i in ()).missing,
    lambda: type.missing,
    lambda: setattr(p, "__dict__", 5),
):
    try:
        print(action())
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
Plain.__name__ = "Renamed"
Plain.__qualname__ = "Outer.Renamed"
print(Plain.__name__, Plain.__qualname__, [n for n in dir(p) if not n.startswith("__")])
p.__dict__.update(a=1, b=2)
print(p.a + p.b, vars(p), sorted(vars(Plain))[-3:], "__weakref__" in vars(Plain))


class Chain:
    def __getattr__(self, name):
        return self.__class__.__name__ + "." + name

    @property
    def prop(self):
        return self._missing


print(Chain().prop, Chain().x)
print(hasattr(p, "x"), getattr(p, "x", None), getattr(p, "__class__").__name__)
try:
    getattr(p)
except TypeError as error:
    print(error)
