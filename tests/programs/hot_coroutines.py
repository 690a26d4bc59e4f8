"""Coroutines and asynchronous generators in hot loops, driven without an event loop."""

import asyncio


class Suspend:
    def __await__(self):
        got = yield "suspended"
        return got


async def leaf(x):
    return x + 1


async def chain(n, x):
    if n == 0:
        return await leaf(x)
    return await chain(n - 1, x) + 1


async def waits(n):
    total = 0
    for i in range(n):
        total += await Suspend()
        total += await chain(3, i)
    return total


def drive(coroutine, sent):
    suspended = 0
    value = None
    try:
        while True:
            if coroutine.send(value) == "suspended":
                suspended += 1
            value = sent
    except StopIteration as stop:
        return stop.value, suspended


print(drive(waits(1500), 2))


async def agen(n):
    for i in range(n):
        if i % 2:
            await Suspend()
        yield i


async def over(n):
    total = 0
    async for x in agen(n):
        total += x
    return total, [x async for x in agen(4)], {x: 1 async for x in agen(3) if x}


print(drive(over(2000), None))


class Manager:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        await Suspend()
        return self

    async def __aexit__(self, kind, error, tb):
        self.log.append(kind and kind.__name__)
        await Suspend()
        return kind is KeyError


async def managed(n):
    log = []
    for i in range(n):
        async with Manager(log):
            if i % 100 == 7:
                raise KeyError(i)
    try:
        async with Manager(log):
            raise ValueError("out")
    except ValueError as error:
        log.append(str(error))
    return len(log), log.count("KeyError"), log[-2:]


print(drive(managed(1200), None))


async def fails(i):
    await Suspend()
    if i % 3 == 0:
        raise ValueError(i)
    return i


async def catches(n):
    good = bad = 0
    for i in range(n):
        try:
            good += await fails(i)
        except ValueError as error:
            bad += error.args[0]
    return good, bad


print(drive(catches(2000), None))


async def thrown(n):
    caught = 0
    for i in range(n):
        try:
            await Suspend()
        except KeyError:
            caught += 1
    return caught


def throw_in(n):
    c = thrown(n)
    c.send(None)
    try:
        for i in range(10 * n):
            if i % 3 == 0:
                c.throw(KeyError(i))
            else:
                c.send(None)
    except StopIteration as stop:
        return stop.value


print(throw_in(1500))


async def aclosing(log):
    try:
        i = 0
        while True:
            yield i
            i += 1
    finally:
        log.append("closed")


async def leaves(n):
    log = []
    for round in range(n):
        g = aclosing(log)
        async for x in g:
            if x == round % 5:
                break
        await g.aclose()
    return len(log)


print(drive(leaves(500), None))


async def worker(queue, results):
    while True:
        item = await queue.get()
        if item is None:
            return
        results.append(item * 2)


async def main():
    queue, results = asyncio.Queue(5), []
    tasks = [asyncio.create_task(worker(queue, results)) for _ in range(3)]
    for i in range(600):
        await queue.put(i)
    for _ in tasks:
        await queue.put(None)
    await asyncio.gather(*tasks)
    return sum(results), len(results)


print(asyncio.run(main()))
