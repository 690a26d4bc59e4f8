"""`with` in hot loops: exceptions that managers see, swallow and raise."""

import contextlib
import traceback


class Manager:
    def __init__(self, swallows):
        self.swallows = swallows
        self.entered = self.left = self.seen = 0

    def __enter__(self):
        self.entered += 1
        return self

    def __exit__(self, kind, error, tb):
        self.left += 1
        if kind is not None:
            self.seen += tb.tb_lineno
        return kind is self.swallows


def loop(n, manager):
    total = 0
    for i in range(n):
        with manager as m:
            total += i
            if i % 10 == 0:
                raise KeyError(i)
            total += 1
    return total, m.entered, m.left, m.seen


print(loop(3000, Manager(KeyError)))


def outside(n):
    manager = Manager(ValueError)
    caught = 0
    for i in range(n):
        try:
            with manager:
                if i % 2:
                    raise KeyError(i)
        except KeyError as error:
            caught += len(traceback.extract_tb(error.__traceback__))
    return caught, manager.left


print(outside(3000))


def nested(n):
    a, b = Manager(KeyError), Manager(ValueError)
    done = 0
    for i in range(n):
        with a, b:
            if i % 3 == 0:
                raise KeyError(i)
            if i % 3 == 1:
                raise ValueError(i)
            done += 1
    return done, a.left, b.left, a.seen, b.seen


print(nested(3000))


@contextlib.contextmanager
def made(log):
    log.append("in")
    try:
        yield len(log)
    except KeyError:
        log.append("key")
    finally:
        log.append("out")


def with_generators(n):
    log = []
    for i in range(n):
        with made(log):
            if i % 4 == 0:
                raise KeyError
    return len(log), log.count("key")


print(with_generators(1500))


class Breaks:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        raise RuntimeError("exit")


def breaking(n):
    contexts = 0
    for i in range(n):
        try:
            with Breaks():
                if i % 2:
                    raise ValueError
        except RuntimeError as error:
            contexts += error.__context__ is not None
    return contexts


print(breaking(2000))


def leaves(n):
    manager = Manager(None)
    for i in range(n):
        with manager:
            if i % 2:
                continue
            if i == n - 2:
                return manager.entered, manager.left


print(leaves(3000))

with contextlib.suppress(ZeroDivisionError):
    for i in range(3000):
        with contextlib.suppress(KeyError):
            if i % 3:
                {}[i]
            if i == 2900:
                1 // 0
print(i)
