"""super() in hot loops: methods, __init__, properties, class methods, diamonds."""


class Base:
    def __init__(self):
        self.log = 0

    def step(self, n):
        self.log += n
        return 1

    @property
    def size(self):
        return 10

    @classmethod
    def make(cls):
        return cls.__name__

    @staticmethod
    def fixed():
        return 5


class Left(Base):
    def step(self, n):
        return super().step(n) + 10

    @property
    def size(self):
        return super().size + 1


class Right(Base):
    def step(self, n):
        return super().step(n) + 100


class Bottom(Left, Right):
    def __init__(self):
        super().__init__()
        self.made = True

    def step(self, n):
        return super().step(n) + super(Left, self).step(n) + 1000

    @classmethod
    def make(cls):
        return "made " + super().make() + str(super().fixed())


def run(item, n):
    total = 0
    for i in range(n):
        total += item.step(i) + item.size
    return total, item.log


for _ in range(5):
    result = run(Bottom(), 1000)
print(result, run(Left(), 1000), run(Right(), 1000), Bottom.make(), Bottom().made)
Base.step = lambda self, n: 7
print(run(Bottom(), 1000))
Right.step = lambda self, n: 8
print(run(Bottom(), 1000))
del Left.step
print(run(Bottom(), 1000))


class Outside(Base):
    def wrong(self):
        def inner():
            return super().step(1)

        return inner()

    def right(self):
        return [super(Outside, self).size for _ in range(2)]

    def comprehension(self):
        return [super().size + i for i in range(3)]


o = Outside()
try:
    o.wrong()
except (TypeError, RuntimeError) as error:
    print(type(error).__name__, error)
print(o.right(), o.comprehension())
try:
    super()
except RuntimeError as error:
    print(error)
try:
    super(Left, Base())
except TypeError as error:
    print(error)
try:
    super(Bottom, Bottom()).missing
except AttributeError as error:
    print(error)
s = super(Bottom, Bottom())
print(s.__thisclass__.__name__, s.__self_class__.__name__, type(s).__name__)
