"""with statements in hot loops: user managers, generators as managers, locks, exceptions swallowed and passed on."""

import contextlib
import threading


class Timer:
    depth = deepest = 0

    def __enter__(self):
        Timer.depth += 1
        Timer.deepest = max(Timer.depth, Timer.deepest)
        return Timer.depth

    def __exit__(self, kind, value, trace):
        Timer.depth -= 1
        return kind is StopAsyncIteration


def nested(n):
    total = 0
    for i in range(n):
        with Timer() as a:
            with Timer() as b, Timer() as c:
                total += a * 100 + b * 10 + c
                if i % 11 == 0:
                    raise_it = StopAsyncIteration
                else:
                    raise_it = None
                if raise_it:
                    raise raise_it
                if i % 7 == 0:
                    continue
                total += 1
    return total, Timer.depth, Timer.deepest


print(nested(3000))


def passes_on(n):
    caught = 0
    for i in range(n):
        try:
            with Timer():
                [][i]
        except IndexError:
            caught += 1
    return caught, Timer.depth


print(passes_on(2000))


@contextlib.contextmanager
def tag(out, name):
    out.append(f"<{name}>")
    yield
    out.append(f"</{name}>")


def render(n):
    out = []
    for i in range(n):
        with tag(out, "a"), tag(out, "b"):
            out.append(str(i))
    return len(out), "".join(out[:5])


print(render(500))
lock = threading.RLock()


def locked(n):
    total = 0
    for i in range(n):
        with lock:
            with lock:
                total += i
    return total


print(locked(3000))


def returns(n):
    for i in range(n):
        with Timer():
            if i == n - 1:
                return i, Timer.depth


print(returns(2000), Timer.depth)
Timer.__exit__ = lambda self, *a: None
try:
    nested(50)
except StopAsyncIteration as error:
    print("no longer swallowed", Timer.depth)
del Timer.__exit__
try:
    nested(5)
except TypeError as error:
    print(error)
