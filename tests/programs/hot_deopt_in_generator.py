"""Guards failing inside generators that a hot loop has inlined or resumed."""


def scaled(values, factor):
    for value in values:
        yield value * factor


def pipeline(values):
    total = 0
    for x in scaled(scaled(values, 2), 3):
        total += x
    return total


values = list(range(500))
for _ in range(20):
    pipeline(values)
print(pipeline(values), pipeline(values[:3] + [0.5]), pipeline([2**61, 1]), pipeline([True, 2]))
try:
    pipeline([1, "ab", 2])
except TypeError as error:
    print(error)
    names = []
    trace = error.__traceback__
    while trace:
        names.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    print(names)
g = scaled(values, 1)
total = 0
for x in g:
    total += x
    if x == 250:
        values[300] = 0.25
print(total)


def echo():
    got = None
    while True:
        got = yield got
        got = got + got


e = echo()
next(e)
for i in range(3000):
    e.send(i)
print(e.send("ab"), e.send(1.5), e.send([1]))
try:
    e.send(None)
except TypeError as error:
    print(error)
print(list(e))


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


print(sum(tree(10)), list(tree(3)))


def interleave(*iterators):
    iterators = list(map(iter, iterators))
    while iterators:
        for iterator in list(iterators):
            try:
                yield next(iterator)
            except StopIteration:
                iterators.remove(iterator)


print(list(interleave("abc", range(5), [1.5])), sum(1 for _ in interleave(range(1000), range(1500))))
