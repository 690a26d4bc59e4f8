"""Generators resumed from several places, by each other and by themselves; recursion."""


def numbers(n):
    for i in range(n):
        yield i


def alternate(n):
    g = numbers(n)
    first, second, third = [], 0, []
    for x in g:
        first.append(x)
        try:
            second += next(g)
        except StopIteration:
            break
        third.append(next(g, -1))
    return len(first), second, third[-1], sum(first)


print(alternate(4000))
print(alternate(4001))
print(alternate(4002))


def pairs(n):
    g = numbers(n)
    return [(a, b) for a, b in zip(g, g)]


print(len(pairs(3001)), pairs(3001)[-1])


def itself():
    yield 1
    try:
        yield next(me)
    except ValueError as error:
        yield str(error)


for round in range(600):
    me = itself()
    seen = list(me)
print(seen)


class Node:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(tree(low, middle), middle, tree(middle + 1, high))


print(sum(tree(0, 2000)), [x for x in tree(0, 30) if x % 7 == 0])


def permutations(items):
    if len(items) <= 1:
        yield items
        return
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield (items[i],) + rest


print(sum(p[0] * p[1] for p in permutations((1, 2, 3, 4, 5, 6))))


def queens(n):
    columns = range(n)
    for places in permutations(tuple(columns)):
        if n == len(set(places[i] + i for i in columns)) == len(set(places[i] - i for i in columns)):
            yield places


print(len(list(queens(6))), next(queens(6)))


def primes():
    def filtered(source, p):
        for x in source:
            if x % p:
                yield x

    def natural(i):
        while True:
            yield i
            i += 1

    source = natural(2)
    while True:
        p = next(source)
        yield p
        source = filtered(source, p)


found = []
for p in primes():
    if p > 300:
        break
    found.append(p)
print(len(found), found[-1])


def averager():
    total = count = 0
    average = None
    while True:
        x = yield average
        if x is None:
            return count, total
        total += x
        count += 1
        average = total / count


def feed(values):
    a = averager()
    next(a)
    for v in values:
        last = a.send(v)
    try:
        a.send(None)
    except StopIteration as stop:
        return last, stop.value


print(feed(range(3000)), feed([0.5] * 2000))


def grouped(result):
    while True:
        result.append((yield from averager()))


result = []
g = grouped(result)
next(g)
for round in range(50):
    for v in range(round):
        g.send(v)
    g.send(None)
print(result[-1], len(result))


def infinite():
    yield from infinite()


try:
    list(infinite())
except RecursionError as error:
    print(error)


def expressions(n):
    limit = n // 2
    return (
        sum(x * x for x in range(n)),
        any(x > limit for x in range(n)),
        all(x < limit for x in range(n)),
        max((x % 17, x) for x in range(n)),
        sorted((-x for x in range(5)), key=lambda v: v + limit),
        list(x + y for x in range(3) for y in range(x) if limit > y),
        dict((str(k), v) for k, v in enumerate("abc")),
        "".join(c for c in "hello" if c != "l"),
    )


for round in range(400):
    got = expressions(50)
print(got)
