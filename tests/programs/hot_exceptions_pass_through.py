"""Exceptions that go through compiled frames which don't catch them: tracebacks, locals, contexts, generators on the way."""

import sys
import traceback


class Box:
    def __init__(self, value):
        self.value = value


def innermost(x, box):
    local = x * 2
    if x % 2:
        raise ValueError(local, box.value)
    return local


def middle(x):
    box = Box(x)
    before = x + 1
    result = innermost(x, box)
    after = result + before
    return after


def outer(items):
    total = 0
    for item in items:
        total += middle(item)
    return total


def shape(error):
    found = []
    at = error.__traceback__
    while at is not None:
        found.append((at.tb_frame.f_code.co_name, at.tb_lineno, at.tb_lasti == at.tb_frame.f_lasti))
        at = at.tb_next
    return tuple(found)


def run(n):
    seen = {}
    for i in range(n):
        try:
            outer((0, 2, i % 4))
        except ValueError as error:
            key = error.args, shape(error)
            seen[key] = seen.get(key, 0) + 1
    return seen


for key, count in sorted(run(3000).items()):
    print(count, key)


def locals_of(n):
    seen = set()
    for i in range(n):
        try:
            outer([3])
        except ValueError as error:
            at = error.__traceback__.tb_next
            while at is not None:
                seen.add((at.tb_frame.f_code.co_name, tuple(k for k, v in sorted(at.tb_frame.f_locals.items()) if k in ("x", "items", "total", "local"))))
                at = at.tb_next
    return sorted(seen)


print(locals_of(2500))


def divides(a, b):
    return a // b


def deep(n, b):
    if n == 0:
        return divides(1, b)
    return deep(n - 1, b) + 1


def recursion(rounds):
    lengths = set()
    for i in range(rounds):
        try:
            deep(20, i % 2)
        except ZeroDivisionError as error:
            lengths.add(len(traceback.extract_tb(error.__traceback__)))
    return lengths


print(recursion(1500))


def source(log, n):
    try:
        for i in range(n):
            yield middle(i)
    finally:
        log.append("closed")


def through_generator(n):
    logs = set()
    for i in range(n):
        log = []
        try:
            for x in source(log, 5):
                pass
        except ValueError as error:
            logs.add((tuple(log), error.args, tuple(name for name, line, same in shape(error))))
    return logs


print(through_generator(1500))


def leaves_generator(n):
    """The exception comes from the loop's body: the generator is closed on the way out of the frame."""
    logs = set()

    def body(log):
        for x in source(log, 1):
            innermost(1, Box(0))

    for i in range(n):
        log = []
        try:
            body(log)
        except ValueError:
            logs.add(tuple(log))
    return logs


print(leaves_generator(1500))


class Raises:
    def __init__(self, x):
        if x % 3 == 0:
            raise KeyError(x)
        self.x = x

    def __add__(self, other):
        raise TypeError("add")

    @property
    def p(self):
        return [][self.x]

    def __bool__(self):
        raise OverflowError("bool")

    def __iter__(self):
        raise LookupError("iter")


def special(i):
    r = Raises(i)
    if i % 3 == 1:
        return r.p
    if i % 2:
        return r + 1
    if i % 4:
        return 1 if r else 0
    for x in r:
        pass


def specials(n):
    seen = {}
    for i in range(n):
        try:
            special(i)
        except Exception as error:
            key = type(error).__name__, str(error)[:10] if type(error) is not KeyError else "", shape(error)
            seen[key] = seen.get(key, 0) + 1
    return sorted(seen.items())


for line in specials(3000):
    print(line)


def context(n):
    seen = set()
    for i in range(n):
        try:
            raise IndexError("first")
        except IndexError:
            try:
                middle(1)
            except ValueError as error:
                seen.add((repr(error.__context__), len(shape(error)), repr(sys.exception())))
    return seen, sys.exception()


print(context(2000))


def by_key(x):
    return 10 // x


def natives(n):
    seen = set()
    for i in range(n):
        for call in (lambda: sorted([3, 0], key=by_key), lambda: list(map(by_key, [1, 0])), lambda: max([1, 0], key=by_key)):
            try:
                call()
            except ZeroDivisionError as error:
                seen.add(tuple(name for name, line, same in shape(error)))
    return seen


print(natives(600))


def uncaught(n):
    for i in range(n):
        deep(3, 1)
    return deep(3, 0)


uncaught(2000)
