"""Data and non-data descriptors on hot attribute access, including ones that appear late."""


class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return getattr(instance, self.name)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}")
        setattr(instance, self.name, value)


class NonData:
    def __get__(self, instance, owner):
        return 1000


class Record:
    size = Typed(int)
    label = Typed(str)
    bonus = NonData()

    def __init__(self, size, label):
        self.size = size
        self.label = label


def run(record, n, when=-1, action=None):
    total = 0
    for i in range(n):
        record.size = record.size + 1
        total += record.size + len(record.label) + record.bonus
        if i == when:
            action(record)
    return total


record = Record(1, "abc")
for _ in range(5):
    run(record, 200)
print(run(record, 1000))
print(run(record, 1000, 500, lambda r: r.__dict__.__setitem__("bonus", 1)))
print(run(record, 1000, 500, lambda r: r.__dict__.pop("bonus")))
print(run(record, 1000, 500, lambda r: setattr(NonData, "__set__", lambda self, i, v: None)))
record.bonus = 5
print("bonus" in record.__dict__, run(record, 10))
for name, value in (("size", "x"), ("label", 3)):
    try:
        setattr(record, name, value)
    except TypeError as error:
        print(error)
Record.size = 7
print(run(record, 1000), vars(record)["size"], Record.__dict__["label"].name)


class Cached:
    def __init__(self, function):
        self.function = function

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Circle:
    computed = 0

    @Cached
    def area(self):
        Circle.computed += 1
        return 3


circles = [Circle() for _ in range(100)]
print(sum(c.area for _ in range(30) for c in circles), Circle.computed)
print(Record.label.__class__.__name__, Circle.__dict__["area"].name)
