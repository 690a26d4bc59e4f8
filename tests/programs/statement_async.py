"""async and await driven by hand: coroutines, awaitables, async for, async with, comprehensions."""

import types


class Suspend:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def leaf(x):
    got = await Suspend(x)
    return x, got


async def tree(n):
    if n == 0:
        return [await leaf("leaf")]
    left = await tree(n - 1)
    right = await tree(n - 1)
    return left + right


def drive(coroutine, answers=None):
    steps = []
    value = None
    try:
        while True:
            asked = coroutine.send(value)
            steps.append(asked)
            value = f"answer {len(steps)}"
    except StopIteration as stop:
        return steps, stop.value


print(drive(leaf(1)))
print(drive(tree(2)))


class Ticker:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        await Suspend(f"tick {self.n}")
        return self.n


class Manager:
    async def __aenter__(self):
        await Suspend("enter")
        return "inside"

    async def __aexit__(self, kind, value, trace):
        await Suspend("exit")
        return kind is ValueError


async def loops():
    seen = []
    async for x in Ticker(3):
        if x == 1:
            continue
        seen.append(x)
    else:
        seen.append("else")
    async with Manager() as m, Manager():
        seen.append(m)
        raise ValueError
    seen += [x async for x in Ticker(2)]
    seen += [await leaf(y) for y in "ab"]
    seen.append({x: await leaf(x) async for x in Ticker(1) if await leaf(5)})
    seen.append([z async for z in (x * 2 async for x in Ticker(2))])
    return seen


print(drive(loops()))


@types.coroutine
def old_style():
    got = yield "old"
    return got


async def uses_old():
    return await old_style()


print(drive(uses_old()))


async def fails():
    try:
        await Suspend(1)
    except KeyError as error:
        return f"caught {error}"
    finally:
        await Suspend("cleaning")


c = fails()
print(c.send(None), c.throw(KeyError("thrown")))
try:
    c.send(None)
except StopIteration as stop:
    print(stop.value)
c = fails()
c.send(None)
try:
    c.close()
except RuntimeError as error:
    print(error)
c = leaf(1)
print(type(c).__name__, c.__name__, c.cr_running, c.cr_await, c.cr_code.co_name)
c.close()
try:
    c.send(None)
except RuntimeError as error:
    print(error)
for make in (lambda: drive(bad_await()), lambda: drive(bad_for()), lambda: drive(bad_with())):

    async def bad_await():
        await 5

    async def bad_for():
        async for x in [1]:
            pass

    async def bad_with():
        async with 5:
            pass

    try:
        make()
    except TypeError as error:
        print(error)


async def deep(n):
    return await deep(n - 1) + 1 if n else await Suspend("bottom") and 0


print(drive(deep(50)))
total = 0
for i in range(2000):
    steps, (x, got) = drive(leaf(i))
    total += x
print(total)
c = leaf(1)
c.send(None)
try:
    c.send(1)
except StopIteration as s:
    print(s.value)
