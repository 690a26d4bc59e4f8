"""Generators consumed by hot loops: plain, nested, sent to, closed in the middle, raising."""


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def pairs(n):
    for a in count(n):
        for b in count(3):
            yield a, b


def consume(n):
    total = 0
    for a, b in pairs(n):
        total += a * b
    return total


print(consume(10), consume(1000), consume(3000))


def flatten(tree):
    if isinstance(tree, list):
        for branch in tree:
            yield from flatten(branch)
    else:
        yield tree


print(sum(flatten([1, [2, [3, [4, [5] * 300] * 3] * 3] * 3] * 3)))


def running():
    total = 0
    while True:
        got = yield total
        total += got if got is not None else 0


average = running()
next(average)
for i in range(5000):
    last = average.send(i)
print(last)
average.close()
try:
    average.send(1)
except StopIteration as error:
    print("stopped", error.value)


def failing(n):
    for i in range(n):
        if i == 2500:
            raise KeyError(i)
        yield i


def catch():
    total = 0
    try:
        for x in failing(3000):
            total += x
    except KeyError as error:
        return total, error.args
    return total


print(catch())
print(sum(x * x for x in range(5000) if x % 3), sum(1 for _ in (y for y in count(4000))))
print(list(zip(count(3), count(5))), max(count(2000)), dict(enumerate(count(3))), sorted(count(4), reverse=True), list(map(lambda a, b: a * b, count(4), count(4))))
