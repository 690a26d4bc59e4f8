"""Class methods and static methods through instances, classes and `__class__`, while they are replaced."""


class Base:
    count = 0

    @classmethod
    def make(cls, n):
        return (cls.__name__, n, cls.count)

    @staticmethod
    def double(n):
        return n * 2

    def who(self):
        return self.__class__.make(1)[0]


class Derived(Base):
    count = 5


class Odd(Base):
    __class__ = property(lambda self: Derived)


def run(things, times):
    last = None
    for i in range(times):
        t = things[i % len(things)]
        m = t.make
        last = (t.make(i), t.double(i), m(2), t.double, type(m).__name__)
    return last[0], last[1], last[2], last[3](4), last[4]


print(run([Base()], 3000), run([Derived()], 3000), run([Base(), Derived()], 3001), run([Base], 3000), run([Base, Derived, Base()], 3000))


def who(things, times):
    out = None
    for i in range(times):
        out = things[i % len(things)].who()
    return out


print(who([Base()], 3000), who([Derived()], 3000), who([Odd()], 3000), who([Base(), Derived(), Odd()], 3002))


def direct(times):
    out = []
    for i in range(times):
        out.append(Base.make(i)[2] + Base.double(1) + Derived.make(i)[2])
        if i == times - 30:
            Base.count = 100
        if i == times - 20:
            Base.double = staticmethod(lambda n: 1000)
        if i == times - 10:
            Base.make = classmethod(lambda cls, n: (cls, n, 10000))
    return out[-31:]


print(direct(4000))


class Poly1:
    def __init__(self):
        self.value = 1


class Poly2:
    def __init__(self):
        self.other = 0
        self.value = 2


class Poly3:
    __slots__ = ("value",)


def stores(things, times):
    for i in range(times):
        t = things[i % len(things)]
        t.value = i
        t.fresh = i
    return [(t.value, t.fresh) for t in things]


for make in ([Poly1, Poly2], [Poly1], [Poly2, Poly1, Base], [Poly1, Poly3]):
    try:
        print([stores([m() for m in make], 6) for _ in range(1500)][-1])
    except AttributeError as error:
        print(error)


class Wide:
    def __init__(self):
        for i in range(40):
            setattr(self, f"a{i}", i)

    def update(self):
        self.a39 += 1
        self.a3 = self.a38
        self.a38 = self.a39
        return self.a37 + self.a38


w = Wide()
print(sum(w.update() for _ in range(3000)), w.a39, w.a38, w.a3)
