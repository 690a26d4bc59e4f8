"""Calls with keyword arguments, defaults and packed arguments in hot loops; what they are bound to changes."""

import functools


def plain(a, b=2, c=3):
    return a * 100 + b * 10 + c


def only(a, *, b, c=7):
    return a, b, c


def first(a, /, b, *rest, k=1, **others):
    return a, b, rest, k, sorted(others.items())


def loop(n):
    total = 0
    for i in range(n):
        total += plain(i % 3, c=i % 5) + plain(b=i % 2, a=1) + plain(c=1, b=2, a=3) + plain(a=4)
    return total


print(loop(4000))


def keyword_only(n):
    seen = set()
    for i in range(n):
        seen.add(only(i % 2, b=i % 3))
        seen.add(only(1, c=i % 2, b=0))
        seen.add(first(i % 2, b=1, z=i % 2)[3:][0])
        seen.add(first(1, 2, 3, i % 2, k=4)[2])
    return sorted(seen, key=repr)


print(keyword_only(3000))


class Point:
    def __init__(self, x, y=0, *, scale=1):
        self.x, self.y, self.scale = x, y, scale

    def moved(self, dx=0, dy=0):
        return Point(self.x + dx, y=self.y + dy, scale=self.scale)

    @classmethod
    def diagonal(cls, at, step=1):
        return cls(at, y=at * step)

    @staticmethod
    def helper(value, *, minus=1):
        return value - minus


def methods(n):
    p = Point(1, scale=2)
    for i in range(n):
        p = p.moved(dy=1).moved(dx=2, dy=Point.helper(i % 3, minus=1))
        if i % 100 == 0:
            p = Point.diagonal(p.x, step=2)
    return p.x, p.y, p.scale


print(methods(3000))


def wrong(n):
    messages = {}
    for i in range(n):
        try:
            if i % 5 == 0:
                plain(1, a=2)
            elif i % 5 == 1:
                plain(1, d=2)
            elif i % 5 == 2:
                plain(b=1)
            elif i % 5 == 3:
                only(1, 2, b=3)
            else:
                only(1)
        except TypeError as error:
            messages[str(error)] = messages.get(str(error), 0) + 1
    return messages


for line in sorted(wrong(2500).items()):
    print(line)


def replaced(n):
    results = []
    for i in range(n):
        if i == n // 2:
            plain.__defaults__ = (5, 6)
        if i == n // 2 + 10:
            plain.__defaults__ = (2, 3)
        if i % (n // 10) == 0 or n // 2 - 1 <= i <= n // 2 + 1:
            results.append(plain(0, c=1))
        else:
            plain(i, b=3)
    return results


print(replaced(4000))


def keyword_defaults(n):
    before = only.__kwdefaults__
    out = set()
    for i in range(n):
        if i == n // 2:
            only.__kwdefaults__["c"] = 8
        out.add(only(1, b=2))
    only.__kwdefaults__["c"] = 7
    return sorted(out), before is only.__kwdefaults__


print(keyword_defaults(3000))


def rebinding(n):
    def inner(a, b=1):
        return a + b

    def other(b, a=1):
        return a * b

    f = inner
    total = 0
    for i in range(n):
        if i == n - 5:
            f = other
        total += f(3, b=i % 2) if f is inner else f(a=3, b=2)
    return total


print(rebinding(3000))


def partials(n):
    f = functools.partial(plain, c=9)
    g = functools.partial(plain, 1, 2)
    total = 0
    for i in range(n):
        total += f(i % 2) + f(1, b=i % 3) + g() + g(i % 4) + g(c=5)
    return total


print(partials(3000))


def bound(n):
    p = Point(1)
    m = p.moved
    total = 0
    for i in range(n):
        q = m(dx=i % 3)
        total += q.x + m(1, dy=2).y
    return total


print(bound(3000))


def unpacked(n):
    total = 0
    args, kwargs = (1, 2), {"c": 5}
    for i in range(n):
        total += plain(*args) + plain(i % 2, **kwargs) + plain(*args, **kwargs) + sum(first(*args, *args, k=0)[2])
    return total


print(unpacked(3000))


def generators(n):
    def numbers(start, *, step=1, count=3):
        for i in range(count):
            yield start + i * step

    total = 0
    for i in range(n):
        for x in numbers(i, step=2):
            total += x
        total += sum(numbers(start=1, count=i % 3))
    return total


print(generators(1500))


def evaluation_order(n):
    log = []

    def note(x):
        if len(log) < 6:
            log.append(x)
        return x

    total = 0
    for i in range(n):
        total += plain(c=note(1), a=note(2), b=note(3))
    return total, log


print(evaluation_order(2000))


def deep(n, *, acc=0):
    if n == 0:
        return acc
    return deep(n - 1, acc=acc + n)


print(sum(deep(50, acc=i) for i in range(200)))


def raising(x, *, limit):
    if x > limit:
        raise ValueError(x)
    return x


def caught(n):
    good = bad = 0
    for i in range(n):
        try:
            good += raising(i % 10, limit=6)
        except ValueError as error:
            bad += error.args[0]
            if error.__traceback__.tb_next.tb_frame.f_locals != {"x": error.args[0], "limit": 6}:
                print("locals")
    return good, bad


print(caught(3000))
