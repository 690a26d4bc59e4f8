"""Calls with defaults, keywords, *args and **kwargs in hot loops, and the errors of wrong calls."""


def plain(a, b, c):
    return a * 100 + b * 10 + c


def defaults(a, b=2, c=3):
    return a * 100 + b * 10 + c


def keyword_only(a, *, b=5, c):
    return a * 100 + b * 10 + c


def positional_only(a, b=1, /, c=2):
    return a * 100 + b * 10 + c


def variadic(*args, **kwargs):
    return len(args) * 10 + len(kwargs)


def everything(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


total = 0
pair, options = (1, 2), {"c": 3}
for i in range(4000):
    total += plain(1, 2, 3) + plain(1, c=2, b=3) + plain(*pair, 3) + plain(*pair, **options)
    total += defaults(1) + defaults(1, 4) + defaults(1, c=7) + defaults(c=1, a=2)
    total += keyword_only(1, c=2) + keyword_only(1, c=2, b=3) + positional_only(1) + positional_only(1, 2, c=3)
    total += variadic() + variadic(1, 2) + variadic(a=1) + variadic(*pair, **options)
print(total)
for i in range(1000):
    result = everything(1, d=4), everything(1, 2, 3, 4, 5, d=6, f=7), everything(*range(5), **{"d": 1, "z": 2})
print(result)
calls = [
    lambda: plain(1, 2), lambda: plain(), lambda: plain(1, 2, 3, 4), lambda: plain(1, 2, 3, c=4), lambda: plain(1, 2, d=4),
    lambda: defaults(), lambda: defaults(1, 2, 3, 4), lambda: keyword_only(1), lambda: keyword_only(1, 2, c=3),
    lambda: positional_only(a=1), lambda: positional_only(), lambda: variadic(**{1: 2}), lambda: plain(*5), lambda: plain(**5),
    lambda: plain(1, *(2, 3), **{"a": 1}), lambda: everything(), lambda: everything(1), lambda: (lambda: 1)(2), lambda: plain(a=1, **{"a": 2}),
    lambda: keyword_only(), lambda: everything(1, b=2, d=3), lambda: (lambda *, x, y, z: 1)(), lambda: (lambda a, b=1: 1)(1, 2, 3), lambda: len(), lambda: len(1, 2), lambda: len(x=1),
]
for call in calls:
    try:
        print(call())
    except TypeError as error:
        print(error)
defaults.__defaults__ = (7, 8)
keyword_only.__kwdefaults__ = {"c": 9}
print(defaults(1), keyword_only(1, b=0))


def shared(x, seen=[]):
    seen.append(x)
    return len(seen)


for i in range(3000):
    last = shared(i)
print(last)
