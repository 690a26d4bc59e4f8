"""Objects made in hot loops: __init__ with defaults, inheritance, __new__, failing, replaced, returning values."""


class Vector:
    def __init__(self, x, y=0, *, z=0):
        self.x, self.y, self.z = x, y, z

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y, z=self.z + other.z)


def walk(n):
    position = Vector(0)
    step = Vector(1, 2, z=0.5)
    for _ in range(n):
        position = position.plus(step)
    return position.x, position.y, position.z


print(walk(500), walk(5000))


class Named(Vector):
    def __init__(self, name, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.name = name


total = 0
for i in range(3000):
    item = Named(f"n{i}", i, z=1)
    total += item.x + item.z
print(total, item.name, vars(item))


class Counted:
    made = 0

    def __new__(cls, *args):
        cls.made += 1
        return super().__new__(cls) if args != ("none",) else None

    def __init__(self, *args):
        self.args = args


for i in range(3000):
    last = Counted(i, i)
print(Counted.made, last.args, Counted("none"))


class Picky:
    def __init__(self, value):
        if value == 1500:
            raise ValueError("picky")
        self.value = value


made = []
try:
    for i in range(3000):
        made.append(Picky(i))
except ValueError as error:
    print(error, len(made), error.__traceback__.tb_next.tb_lineno - Picky.__init__.__code__.co_firstlineno)


def make(n, when, action):
    for i in range(n):
        p = Picky(i)
        if i == when:
            action()
    return vars(p)


print(make(1000, 500, lambda: setattr(Picky, "__init__", lambda self, v: setattr(self, "other", v))))
try:
    make(1000, 500, lambda: setattr(Picky, "__init__", lambda self, v: v))
except TypeError as error:
    print(error)
del Picky.__init__
try:
    Picky(1)
except TypeError as error:
    print(error)
print(vars(Picky()))
for call in (lambda: Vector(), lambda: Vector(1, 2, 3), lambda: Vector(1, w=2), lambda: object(1), lambda: Named()):
    try:
        call()
    except TypeError as error:
        print(error)


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


print(sum(Point(i, i * 2).y for i in range(4000)))
