"""Wrappers that forward *args and **kwargs, partials and bound methods, in hot loops."""

import functools


def target(a, b=2, *c, d=4, **e):
    return a + b + sum(c) + d + sum(e.values())


def forward(*args, **kwargs):
    return target(*args, **kwargs)


def positional(*args):
    return target(*args)


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


class Service:
    def __init__(self, base):
        self.base = base

    @logged
    def compute(self, x, *, scale=1):
        return (self.base + x) * scale

    def __getattr__(self, name):
        if name.startswith("add_"):
            return lambda x, k=int(name[4:]): x + k
        raise AttributeError(name)


service = Service(10)
half = functools.partial(target, 1, d=0.5)
bound = service.compute
total = 0
for i in range(3000):
    total += forward(i) + forward(i, 1) + forward(i, 1, 2, 3) + forward(i, d=1) + forward(a=i, b=1) + forward(i, x=1, y=2)
    total += positional(i, 2, 3) + half() + half(5) + half(1, 2, z=3)
    total += bound(i) + bound(i, scale=2) + service.compute(x=i) + service.add_7(i)
print(total, Service.compute.calls)
options = {"d": 10}
for i in range(1000):
    options["x"] = i
    last = forward(*[i, 1], **options)
print(last, options)
for call in (lambda: forward(), lambda: forward(1, a=2), lambda: bound(), lambda: bound(1, 2), lambda: service.other, lambda: half(a=5), lambda: service.add_x(1)):
    try:
        print(call())
    except (TypeError, AttributeError, ValueError) as error:
        print(type(error).__name__, error)


def collect(first, /, *rest, key=None, **more):
    return first, rest, key, more


print(collect(1, 2, key=3, first=4), collect(*"abc", **{"key": "k", "z": 1}))


def swap_defaults(a=[], b={}):
    a.append(len(b))
    b[len(a)] = a
    return len(a), len(b)


for _ in range(2000):
    result = swap_defaults()
print(result)
