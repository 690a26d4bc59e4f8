"""Decorators of functions, methods and classes: order, arguments, stacking, expressions, wraps."""

import functools

log = []


def note(tag):
    log.append(f"evaluate {tag}")

    def decorate(target):
        log.append(f"apply {tag} to {target.__name__}")
        return target

    return decorate


@note("a")
@note("b")
def function(x=log.append("default")): ...


@note("c")
@note("d")
class Class(note("base argument") and object):
    log.append("body")

    @note("method")
    def method(self): ...


print(*log, sep="\n")


def repeat(times):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return [function(*args, **kwargs) for _ in range(times)]

        return wrapper

    return decorate


@repeat(3)
def greet(name, punctuation="!"):
    "Greets."
    return name + punctuation


print(greet("a"), greet("b", punctuation="?"), greet.__name__, greet.__doc__, greet.__wrapped__("c"))


class Counter:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)

    def __get__(self, instance, owner):
        return functools.partial(self, instance) if instance else self


class Uses:
    @Counter
    def method(self, x):
        return x * 2

    @staticmethod
    @repeat(2)
    def static(x):
        return x

    @classmethod
    @repeat(2)
    def klass(cls):
        return cls.__name__

    @property
    @repeat(2)
    def prop(self):
        return "p"

    @functools.cached_property
    def cached(self):
        log.append("computed")
        return 5

    @functools.singledispatchmethod
    def show(self, value):
        return "any"

    @show.register
    def _(self, value: int):
        return "int"


u = Uses()
print(u.method(4), u.method(5), Uses.method.calls, u.static(1), Uses.klass(), u.prop, u.cached, u.cached, log.count("computed"), u.show(1), u.show("x"))


def add_repr(cls):
    cls.__repr__ = lambda self: f"<{cls.__name__} {vars(self)}>"
    return cls


@add_repr
class Thing:
    def __init__(self):
        self.a = 1


print(Thing())
decorators = [repeat(2), lambda f: lambda *a: ("outer", f(*a))]


@decorators[1]
@decorators[0]
def indexed(x):
    return x


@(lambda f: f.__name__)
def name(): ...


@print
@len
@str.upper
@lambda f: f.__name__
def chained(): ...


print(indexed(1), name, chained)


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())
try:

    @5
    def bad(): ...

except TypeError as error:
    print(error)
