"""Guesses about types that turn out wrong in the middle of a generator."""


def running_sum(items):
    total = 0
    for item in items:
        total = total + item
        yield total


def changing(n):
    for i in range(n):
        if i < 2000:
            yield i
        elif i < 2500:
            yield i + 0.5
        elif i == 2500:
            yield 2**70
        else:
            yield i


last = []
for x in running_sum(changing(3000)):
    if len(last) < 5 or x % 777 == 0:
        last.append(x)
print(last[-1], x, len(last))


def lengths(things):
    for thing in things:
        yield len(thing)


print(sum(lengths(["ab"] * 1500 + [(1, 2, 3)] * 500 + [{}, {1: 2}, "x"])))


def overflow(n):
    x = 1
    for i in range(n):
        x = x * 3 + 1
        yield x
        if x > 2**80:
            x = 1


check = 0
for x in overflow(3000):
    check = (check + x) % 1000003
print(check)


class A:
    def value(self):
        return 1


class B:
    def value(self):
        return 2.5


def values(things):
    for thing in things:
        yield thing.value()


print(sum(values([A()] * 2000 + [B()] * 10 + [A()] * 2000)))


def several(n):
    """Yields on the way around a loop, and not."""
    odd = even = 0
    for i in range(n):
        if i % 3 == 0:
            odd += i
            yield odd
        elif i % 5 == 0:
            even += 0.5
            yield even
            yield -even
        i = i * 2
    return odd, even


def collect(n):
    out = yield from several(n)
    yield out


items = list(collect(3000))
print(len(items), items[-1], items[-2])


def unbound(n):
    for i in range(n):
        if i == n - 1:
            del thing
            yield 0
            try:
                thing
            except UnboundLocalError as error:
                yield str(error)
            return
        thing = i
        yield thing


print(list(unbound(2500))[-3:])


def nested(n):
    for i in range(n):
        row = [x * i for x in range(3)]
        for cell in row:
            yield cell
        yield from (x for x in row if x % 2)
        yield {k: v for k, v in zip("abc", row)}["c"]


check = 0
for v in nested(1200):
    check = (check * 31 + v) % 1000003
print(check)


def closures(n):
    count = 0

    def bump():
        nonlocal count
        count += 1
        return count

    for i in range(n):
        yield bump() + count


print(sum(closures(2000)))


def iterators(n):
    """The same generator code over iterators of several kinds."""

    def each(iterable):
        for x in iterable:
            yield x

    total = 0
    for source in (range(n), list(range(n)), tuple(range(n)), {1: 2, 3: 4}, "12", map(int, "345"), iter([7, 8]), range(n)):
        for x in each(source):
            total += int(x)
    return total


for round in range(30):
    got = iterators(200)
print(got)


def growing():
    items = [1]
    for x in items:
        if len(items) < 2500:
            items.append(x + 1)
        yield x


print(sum(growing()))


def stepping(a, b, c):
    for x in range(a, b, c):
        yield x


print([sum(stepping(a, b, c)) for a, b, c in [(0, 3000, 1), (3000, 0, -1), (5, 9000, 7), (10, 0, 1), (2**61, 2**61 + 3, 1), (2**62 - 2, 2**62 + 2, 1), (2**64, 2**64 + 2, 1)]])
