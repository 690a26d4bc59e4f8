"""with: several managers, parentheses, targets, suppression, the order of exits, broken managers."""


class Manager:
    def __init__(self, name, log, suppress=False, fail=None):
        self.name, self.log, self.suppress, self.fail = name, log, suppress, fail

    def __enter__(self):
        self.log.append(f"enter {self.name}")
        if self.fail == "enter":
            raise RuntimeError("enter " + self.name)
        return self.name, [1, 2]

    def __exit__(self, kind, value, trace):
        self.log.append(f"exit {self.name} {kind and kind.__name__} {value} {trace is not None}")
        if self.fail == "exit":
            raise RuntimeError("exit " + self.name)
        return self.suppress


log = []
with Manager("a", log) as (name, [x, *y]), Manager("b", log):
    log.append((name, x, y))
with (
    Manager("c", log) as c,
    Manager("d", log, suppress=True),
):
    raise KeyError("suppressed")
with Manager("e", log), Manager("f", log):
    pass
print(*log, sep="\n")
for kwargs in ({"suppress": True}, {"fail": "exit"}, {"fail": "enter"}, {}):
    log = []
    try:
        with Manager("outer", log), Manager("inner", log, **kwargs):
            raise ValueError("body")
    except Exception as error:
        print(repr(error), repr(error.__context__))
    print(log)


def returns(log):
    for i in range(3):
        with Manager(str(i), log):
            if i == 1:
                return i
            continue


log = []
print(returns(log), log)
box = {}
with Manager("t", []) as box["key"], Manager("u", []) as box.setdefault("l", [0])[0]:
    print(box)
for bad in (5, "x", type("OnlyEnter", (), {"__enter__": lambda s: 1})()):
    try:
        with bad:
            pass
    except TypeError as error:
        print(error)


class Instance:
    pass


item = Instance()
item.__enter__ = item.__exit__ = lambda *a: None
try:
    with item:
        pass
except TypeError as error:
    print(error)


def generator(log):
    with Manager("g", log):
        yield 1
        yield 2


log = []
g = generator(log)
next(g)
g.close()
print(log)
with Manager("p", log) as p: q = p
print(q)
with Manager("x", []) if not log else Manager("z", []) as z: print(z)
