"""__getattr__, __getattribute__, __setattr__, __delattr__ added and removed while attribute access is hot."""


class Plain:
    kind = "plain"

    def __init__(self):
        self.x = 1


def read(item, n, when=-1, action=None):
    total = 0
    for i in range(n):
        total += item.x
        if i == when:
            action(type(item))
    return total


def write(item, n, when=-1, action=None):
    for i in range(n):
        item.x = i
        if i == when:
            action(type(item))
    return item.__dict__["x"]


item = Plain()
for _ in range(10):
    read(item, 300), write(item, 300)
item.x = 1
print(read(item, 2000, 1000, lambda c: setattr(c, "__getattribute__", lambda self, name: 5)))
del Plain.__getattribute__
print(read(item, 2000))
log = []


def setter(self, name, value):
    log.append(name)
    object.__setattr__(self, name, value * 2)


print(write(item, 2000, 1000, lambda c: setattr(c, "__setattr__", setter)), len(log))
del Plain.__setattr__
print(write(item, 2000))
del item.x
try:
    read(item, 1)
except AttributeError as error:
    print(error, error.name, error.obj is item)
Plain.__getattr__ = lambda self, name: len(name) * 10
print(read(item, 2000), item.missing)
del Plain.__getattr__
Plain.x = 3
print(read(item, 2000))


def guarded(self, name):
    if name == "x":
        raise AttributeError("hidden")
    return object.__getattribute__(self, name)


Plain.__getattribute__ = guarded
Plain.__getattr__ = lambda self, name: 7
print(read(item, 2000), item.kind)
Plain.__delattr__ = lambda self, name: log.append(("deleted", name))
del item.anything
print(log[-1], getattr(item, "nothing", None), hasattr(item, "x"))
