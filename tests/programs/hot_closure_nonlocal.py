"""Closures and nonlocal variables in hot loops."""


def counter():
    count = 0

    def increment(step=1):
        nonlocal count
        count += step
        return count

    def reset():
        nonlocal count
        count = 0

    return increment, reset


increment, reset = counter()
for i in range(5000):
    increment()
print(increment(), increment(0.5))
reset()
for i in range(3000):
    increment(2**60)
print(increment())


def accumulate(values):
    total = 0

    def add(value):
        nonlocal total
        total += value

    for value in values:
        add(value)
    return total


print(accumulate(range(5000)), accumulate([0.5] * 4000), accumulate([1] * 2000 + [0.25]))


def makers():
    return [lambda x: x + i for i in range(5)], [lambda x, i=i: x + i for i in range(5)]


late, early = makers()
for _ in range(1000):
    results = [f(1) for f in late], [f(1) for f in early]
print(results)


def compose(*functions):
    def composed(x):
        for function in functions:
            x = function(x)
        return x

    return composed


f = compose(lambda x: x + 1, lambda x: x * 2, str)
for i in range(3000):
    last = f(i)
print(last)


def unbound():
    def inner():
        return value

    for i in range(2000):
        if i == 1999:
            try:
                inner()
            except NameError as error:
                print(error)
    value = 3
    print(inner())
    del value
    try:
        inner()
    except NameError as error:
        print(error)


unbound()
cell = increment.__closure__[0]
cell.cell_contents = 7
print(increment(), [c.cell_contents for c in increment.__closure__], increment.__code__.co_freevars)
