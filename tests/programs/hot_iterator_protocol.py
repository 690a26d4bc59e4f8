"""User-defined iterators in hot for loops: __iter__, __next__, __getitem__, and what goes wrong."""


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


class Sequence:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, index):
        if index >= self.n:
            raise IndexError(index)
        return index * 2

    def __len__(self):
        return self.n


def total(items):
    result = 0
    for item in items:
        result += item
    return result


for _ in range(20):
    total(Countdown(200)), total(Sequence(200))
print(total(Countdown(3000)), total(Sequence(3000)), total(iter(Sequence(5))))
print(list(reversed(Sequence(4))), 6 in Sequence(5), 7 in Sequence(5), max(Sequence(9)), list(zip(Countdown(3), Sequence(9))))
Countdown.__next__ = lambda self: 1 / self.n if self.n else exec("raise StopIteration")
c = Countdown(4)
iterator = iter(c)
print(next(iterator))
c.n = 0
print(next(iterator, "end"), total(c))


class Broken:
    def __init__(self, result):
        self.result = result

    def __iter__(self):
        return self.result


for bad in (5, Broken(5), Broken(None), Broken([]), None, len, 1.5, object):
    try:
        total(bad)
    except TypeError as error:
        print(error)


class Raises:
    def __init__(self):
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.i += 1
        if self.i > 1500:
            raise ValueError("after 1500")
        return self.i


try:
    total(Raises())
except ValueError as error:
    print(error)
calls = iter([1, 2, 3, "stop", 4])
print(list(iter(lambda: next(calls), "stop")), list(calls))


class Lazy:
    def __iter__(self):
        yield from range(5)
        yield 0.5


print(total(Lazy()), [*Lazy()], sorted(Lazy()), dict.fromkeys(Lazy()))
it = iter([1, 2])
print(it.__length_hint__(), next(it), it.__length_hint__(), list(it), next(it, None), list(it))
