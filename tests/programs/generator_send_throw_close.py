"""Generators: send, throw, close, return values, states, and the errors of misuse."""

import inspect


def echo():
    got = "start"
    while True:
        try:
            got = yield ("got", got)
        except ValueError as error:
            got = f"caught {error}"
        except GeneratorExit:
            print("closing")
            raise


g = echo()
print(inspect.getgeneratorstate(g), next(g), g.send(1), g.throw(ValueError("v")), inspect.getgeneratorstate(g), g.gi_frame is not None, g.gi_running)
g.close()
print(inspect.getgeneratorstate(g), g.gi_frame)
for call in (lambda: next(g), lambda: g.send(None), lambda: g.throw(KeyError("after"))):
    try:
        call()
    except (StopIteration, KeyError) as error:
        print(repr(error))
g = echo()
for call in (lambda: g.send(5), lambda: g.throw(OSError("early")), lambda: next(g), lambda: echo().close(), lambda: g.throw(), lambda: g.throw(5), lambda: g.throw(ValueError, "old")):
    try:
        print(call())
    except (TypeError, OSError, StopIteration, ValueError) as error:
        print(type(error).__name__, error)


def stubborn():
    try:
        yield 1
    finally:
        yield 2


def ignores():
    for _ in range(2):
        try:
            yield 1
        except GeneratorExit:
            pass


for make in (stubborn, ignores):
    g = make()
    next(g)
    try:
        g.close()
    except RuntimeError as error:
        print(error)


def returns():
    yield 1
    return "value"


g = returns()
next(g)
try:
    next(g)
except StopIteration as error:
    print(error.value, error.args, list(g))


def closes_with_value():
    try:
        yield
    except GeneratorExit:
        return "closed value"


g = closes_with_value()
next(g)
print(g.close(), g.close())


def raises_stop():
    yield 1
    raise StopIteration("leak")


g = raises_stop()
next(g)
try:
    next(g)
except RuntimeError as error:
    print(error, repr(error.__cause__))


def reentrant():
    yield next(me)


me = reentrant()
try:
    next(me)
except ValueError as error:
    print(error)


def with_finally(log):
    try:
        log.append("enter")
        yield 1
        log.append("never")
    finally:
        log.append("finally")


log = []
g = with_finally(log)
next(g)
g.close()
print(log)
log = []
with_finally(log).close()
print(log)


def counter(n):
    total = 0
    for i in range(n):
        x = yield total
        total += x or 1
    return total


g = counter(4000)
next(g)
try:
    for i in range(5000):
        last = g.send(i % 3)
except StopIteration as stop:
    print(last, stop.value)
print(g.__name__, g.__qualname__, type(g).__name__, g.gi_code.co_name, iter(g) is g, (x for x in ()).__name__, hasattr(g, "__len__"))
g.__name__ = "renamed"
print(g.__name__, repr(g).split(" at ")[0])
print([*map(lambda v: v, (yield_ for yield_ in range(3)))], sum(v for v in [1, 2]), next((v for v in ()), "none"))
