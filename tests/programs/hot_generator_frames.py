"""Frames of generators whose code is compiled, as Python code sees them: running, suspended, finished, raising."""

import sys
import traceback


def plain(n):
    for i in range(n):
        doubled = i * 2
        yield doubled
    last = "end"
    yield last


g = plain(3000)
for x in g:
    if x == 5000:
        break
frame = g.gi_frame
print(frame.f_lineno, sorted(frame.f_locals.items()), frame.f_code.co_name, g.gi_running, g.gi_suspended)
print(next(g), frame is g.gi_frame, frame.f_lineno, frame.f_locals["i"], frame.f_back)
for x in g:
    pass
print(x, g.gi_frame, frame.f_lineno)


def looks_at_itself(n):
    for i in range(n):
        frame = sys._getframe()
        if i % 1000 == 0:
            yield frame.f_lineno, frame.f_locals["i"], frame.f_back.f_code.co_name
        else:
            yield i


def consume(generator):
    found = []
    for x in generator:
        if type(x) is tuple:
            found.append(x)
    return found


print(consume(looks_at_itself(2500)))


def fails(n, at):
    for i in range(n):
        value = 10 // (at - i)
        yield value


def outer(n, at):
    for x in fails(n, at):
        yield x


def outermost(n, at):
    yield from outer(n, at)


def run(n, at):
    total = 0
    try:
        for x in outermost(n, at):
            total += x
    except ZeroDivisionError as error:
        return total, [(f.name, f.lineno, f.colno, f.end_colno) for f in traceback.extract_tb(error.__traceback__)]
    return total


for round in range(200):
    result = run(20, 15)
print(result)
print(run(3000, 2999))
print(run(10, 100))


def asks_for_caller():
    return sys._getframe(1)


def calls_out(n):
    for i in range(n):
        frame = asks_for_caller()
        yield frame.f_locals["i"] == i and frame.f_lineno


print(set(calls_out(3000)))


def walk(frame):
    names = []
    while frame is not None and len(names) < 4:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def deep(n):
    for i in range(n):
        if i == n - 1:
            yield walk(sys._getframe())
        yield None


def delegates(n):
    yield from deep(n)


def last(generator):
    found = None
    for x in generator:
        if x:
            found = x
    return found


print(last(delegates(2000)))
print([x for x in delegates(3) if x])
