"""A global that compiled code takes for a constant is rebound, deleted and made again while the loop is hot."""

limit = 10


def helper(x):
    return x + limit


def run(count, when=-1, action=None):
    total = 0
    for i in range(count):
        total += helper(i) + limit
        if i == when:
            action()
    return total


def bind(**names):
    globals().update(names)


for _ in range(10):
    run(500)
print(run(2000))
print(run(2000, 1000, lambda: bind(limit=11)))
print(run(2000, 1000, lambda: bind(limit=0.5)))
print(run(2000, 1000, lambda: bind(helper=lambda x: x * 2)))
try:
    run(2000, 1000, lambda: globals().pop("limit"))
except NameError as error:
    print(error)
limit = 3


def counting():
    global limit
    for _ in range(3000):
        limit += 1
    return limit


print(counting(), counting(), limit)


def setter(value):
    global limit
    limit = value


def reading():
    seen = []
    for i in range(3000):
        if i % 1000 == 0:
            setter(i)
        if i % 1000 == 1:
            seen.append(limit)
    return seen


print(reading())
exec("limit = 'text'")
print(limit)
