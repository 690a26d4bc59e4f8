"""Async generators: asend, athrow, aclose, finally, and their errors, driven by hand."""


class Pause:
    def __await__(self):
        return (yield "pause")


async def numbers(n, log):
    try:
        for i in range(n):
            await Pause()
            got = yield i
            if got is not None:
                log.append(got)
    except ValueError as error:
        log.append(f"caught {error}")
        yield "after"
    finally:
        log.append("finally")


def run(awaitable):
    iterator = awaitable.__await__() if hasattr(awaitable, "__await__") else awaitable
    pauses = 0
    try:
        while True:
            iterator.send(None)
            pauses += 1
    except StopIteration as stop:
        return stop.value, pauses


log = []
g = numbers(3, log)
print(type(g).__name__, run(g.__anext__()), run(g.asend("x")), run(g.asend("y")))
try:
    run(g.__anext__())
except StopAsyncIteration as error:
    print("end", log, error.args)
log = []
g = numbers(3, log)
print(run(anext(g)), run(g.athrow(ValueError("v"))), log)
print(run(g.aclose()), log)
print(run(anext(g, "default")))
log = []
g = numbers(3, log)
run(anext(g))
print(run(g.aclose()), log, run(g.aclose()))
g = numbers(3, log)
try:
    run(g.asend(1))
except TypeError as error:
    print(error)


async def consume(n):
    log, out = [], []
    async for x in numbers(n, log):
        out.append(x)
    out2 = [x * 2 async for x in numbers(2, log) if x]
    gen = (x async for x in numbers(2, log))
    out3 = {x async for x in gen}
    return out, out2, out3, log


print(run(consume(4)))


async def stubborn():
    try:
        yield 1
    finally:
        yield 2


g = stubborn()
run(anext(g))
try:
    run(g.aclose())
except RuntimeError as error:
    print(error)


async def raises_stop():
    yield 1
    raise StopAsyncIteration


g = raises_stop()
run(anext(g))
try:
    run(anext(g))
except RuntimeError as error:
    print(error, repr(error.__cause__))
g = numbers(5, [])
a = g.__anext__()
a.send(None)
try:
    g.__anext__().send(None)
except RuntimeError as error:
    print(error)
total = 0


async def long(n):
    for i in range(n):
        yield i


async def add():
    global total
    async for i in long(3000):
        total += i


print(run(add()), total)
try:
    compile("async def f():\n  yield 1\n  return 2", "<t>", "exec")
except SyntaxError as error:
    print(error.msg)
