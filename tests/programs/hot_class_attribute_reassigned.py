"""A class attribute that a hot loop reads is reassigned, shadowed on an instance, deleted, and inherited."""


class Base:
    factor = 2


class Child(Base):
    pass


def run(item, count, when, action):
    total = 0
    for i in range(count):
        total += item.factor
        if i == when:
            action()
    return total


child = Child()
nothing = lambda: None
for _ in range(10):
    run(child, 500, -1, nothing)
print(run(child, 2000, -1, nothing))
print(run(child, 2000, 1000, lambda: setattr(Base, "factor", 3)))
print(run(child, 2000, 1000, lambda: setattr(Child, "factor", 5)))
print(run(child, 2000, 1000, lambda: delattr(Child, "factor")))
print(run(child, 2000, 1000, lambda: setattr(child, "factor", 7)))
print(run(child, 2000, 1000, lambda: delattr(child, "factor")))
print(run(child, 2000, 1000, lambda: setattr(Child, "factor", property(lambda self: 11))))
print(run(child, 2000, 1000, lambda: setattr(Child, "factor", 1.5)))
try:
    run(child, 2000, 1000, lambda: (delattr(Child, "factor"), delattr(Base, "factor")))
except AttributeError as error:
    print(error)
Base.__getattr__ = lambda self, name: len(name)
print(run(child, 2000, -1, nothing))
print(run(Child, 0, 0, nothing))
