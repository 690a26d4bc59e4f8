"""yield from: delegation of values, sends, throws, closes and results, to generators and other iterators."""


def inner(log):
    try:
        while True:
            got = yield len(log)
            if got == "stop":
                return "inner result"
            log.append(got)
    except KeyError as error:
        log.append(f"inner caught {error}")
        yield "recovered"
        return "after recovery"
    finally:
        log.append("inner finally")


def outer(log):
    result = yield from inner(log)
    log.append(f"result {result}")
    again = yield from [10, 20]
    log.append(again)
    return (yield from "ab")


log = []
g = outer(log)
print(next(g), g.send("x"), g.send("y"), g.send("stop"), next(g), next(g), next(g), log)
try:
    next(g)
except StopIteration as stop:
    print(stop.value, log)
log = []
g = outer(log)
next(g)
print(g.throw(KeyError("k")), next(g), log)
log = []
g = outer(log)
next(g)
g.close()
print(log)
log = []
g = outer(log)
next(g)
try:
    g.throw(ValueError("not handled"))
except ValueError as error:
    print(error, log)


class Delegate:
    def __init__(self):
        self.calls = []

    def __iter__(self):
        return self

    def __next__(self):
        self.calls.append("next")
        return 1

    def send(self, value):
        self.calls.append(("send", value))
        return 2

    def throw(self, *args):
        self.calls.append(("throw", args[0].__class__.__name__))
        return 3

    def close(self):
        self.calls.append("close")


def delegating(d):
    yield from d


d = Delegate()
g = delegating(d)
print(next(g), g.send(5), g.throw(ValueError()), next(g), g.close(), d.calls)
g = delegating([1, 2])
next(g)
for call in (lambda: g.send(5), lambda: delegating(5).send(None), lambda: list(delegating(None))):
    try:
        call()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)


def flatten(items):
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, (3, [4, [5]]), []], 6])), list(delegating({"a": 1})), list(delegating(range(3))))


def depth(n):
    if n:
        yield from depth(n - 1)
    yield n


print(sum(depth(100)), list(depth(5)))


def accumulate():
    total = 0
    while (value := (yield)) is not None:
        total += value
    return total


def gather(results):
    while True:
        results.append((yield from accumulate()))


results = []
g = gather(results)
next(g)
for i in range(3000):
    g.send(i)
    if i % 1000 == 999:
        g.send(None)
print(results)


def exception_through(n):
    if n == 0:
        raise LookupError("deep")
    yield from exception_through(n - 1)


try:
    list(exception_through(20))
except LookupError as error:
    depth_seen = 0
    trace = error.__traceback__
    while trace:
        depth_seen += 1
        trace = trace.tb_next
    print(error, depth_seen)
g = outer([])
next(g)
print(g.gi_yieldfrom.__name__, g.gi_suspended)
