"""Assumptions broken from deep inside: the callee changes what its compiled callers rely on, then returns."""


class Config:
    rate = 2

    def get(self):
        return self.rate


scale = 1


def change(i):
    global scale
    if i == 700:
        Config.rate = 3
    if i == 900:
        scale = 10
    if i == 1100:
        Config.get = lambda self: 100
    if i == 1300:
        config.rate = -1
    if i == 1500:
        del Config.get
        Config.get = lambda self: self.rate * 7
    return i


def inner(i):
    before = config.get() * scale
    change(i)
    after = config.get() * scale
    return before, after


def outer(n):
    history = []
    last = None
    for i in range(n):
        pair = inner(i)
        if pair != last:
            history.append((i, pair))
            last = pair
    return history


config = Config()
print(outer(2000))


def rewrites_caller():
    global victim

    def victim(x):
        return x + 1000

    return 0


def victim(x):
    return x + (rewrites_caller() if x == 1500 else 0) + 1


def loop(n):
    return sum(victim(i) for i in range(n)), victim(0)


print(loop(1000), loop(2000), loop(100))


class Mutable:
    def method(self, i):
        if i == 1000:
            type(self).method = other
        return 1


def other(self, i):
    return 2


def call(n):
    m = Mutable()
    return [m.method(i) for i in range(n)].count(2)


print(call(1000), call(2500))


class Shape:
    sides = 3

    @property
    def count(self):
        if self.seen == 500:
            Shape.count = property(lambda self: -5)
        self.seen += 1
        return self.sides


s = Shape()
s.seen = 0
print(sum(s.count for _ in range(1500)), s.seen)


def recursive(n):
    if n == 0:
        globals()["recursive"] = lambda n: -100
        return 0
    return recursive(n - 1) + 1


keep = recursive
for i in range(300):
    keep.__globals__["recursive"] = keep
    if i < 299:
        result = keep(20)
print(result, recursive(3), keep(3), recursive(3))
