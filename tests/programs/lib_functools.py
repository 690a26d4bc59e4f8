"""functools: partial, reduce, caches, singledispatch, wraps, cmp_to_key, total_ordering, cached_property."""

import functools
from functools import *

p = partial(pow, 2)
print(p(5), p.func is pow, p.args, p.keywords, partial(int, base=2)("101"), partial(partial(max, 1), 5)(3), partial(lambda *a, **k: (a, k), 1, x=2)(3, y=4), partial(p, 3)())
print(partial(pow, Placeholder, 2)(5), repr(partial(print, 1, sep="")).replace("<built-in function print>", "print"))
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(lambda a, b: a + b, [], 5), reduce(max, [3, 1, 2]), reduce(lambda a, b: a + [b], "abc", []), reduce(lambda a, b: a - b, [1, 2], initial=10))
for call in (lambda: reduce(max, []), lambda: reduce(max, 5), lambda: partial(), lambda: partial(5), lambda: p("x"), lambda: reduce(), lambda: cmp_to_key()):
    try:
        print(call())
    except TypeError as error:
        print(error)
calls = []


@lru_cache(maxsize=2)
def cached(x, *, k=0):
    calls.append(x)
    return x * 2


print(cached(1), cached(1), cached(2), cached(3), cached(1), cached(1.0), cached(x=1), calls, cached.cache_info(), cached.cache_parameters(), cached.__wrapped__(9))
cached.cache_clear()
print(cached.cache_info(), cached.__name__)
try:
    cached([])
except TypeError as error:
    print(error)


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(150), fib.cache_info().hits)


@lru_cache(typed=True)
def typed(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed.cache_info().misses)


@singledispatch
def show(x):
    return f"object {x}"


@show.register
def _(x: int):
    return f"int {x}"


@show.register(list)
@show.register(tuple)
def _(x):
    return f"sequence of {len(x)}"


@show.register
def _(x: str | bytes):
    return "text"


print(show(1), show(True), show([1]), show(()), show("a"), show(b""), show(None), show.dispatch(bool)(5), sorted(k.__name__ for k in show.registry))


def decorator(f):
    @wraps(f)
    def wrapper(*a, **k):
        "wrapper doc"
        return f(*a, **k)

    return wrapper


@decorator
def wrapped(a: int) -> str:
    "original doc"


print(wrapped.__name__, wrapped.__doc__, wrapped.__wrapped__.__name__, wrapped.__annotations__)


class C:
    computed = 0

    @cached_property
    def value(self):
        C.computed += 1
        return [1]

    @partialmethod
    def pm(self):
        return "pm"

    def scaled(self, k, x):
        return k * x

    double = partialmethod(scaled, 2)


c = C()
print(c.value is c.value, C.computed, c.__dict__, c.double(5), c.pm())
del c.value
print(c.value, C.computed)
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), sorted("bca", key=cmp_to_key(lambda a, b: (a > b) - (a < b))))
total = 0
double = partial(lambda a, b, c=0: a * b + c, 2, c=1)
for i in range(3000):
    total += double(i) + fib(i % 100) % 7 + reduce(lambda a, b: a + b, (i, 1, 2))
print(total)
