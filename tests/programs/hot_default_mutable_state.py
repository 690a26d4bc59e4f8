"""Hot functions with attributes, mutable defaults, counters in cells and in globals that change type."""


def tally(key, table={}):
    table[key] = table.get(key, 0) + 1
    return table


for i in range(3000):
    result = tally(i % 3)
print(result)


def counted():
    counted.calls += 1
    return counted.calls


counted.calls = 0
for i in range(3000):
    counted()
counted.calls = 0.5
print(counted(), counted())
counted.calls = "x"
try:
    counted()
except TypeError as error:
    print(error)
del counted.calls
try:
    counted()
except AttributeError as error:
    print(error)


class Registry:
    items = []
    count = 0

    def add(self, item):
        self.items.append(item)
        self.count += 1
        Registry.total = getattr(Registry, "total", 0) + item


a, b = Registry(), Registry()
for i in range(2000):
    (a if i % 2 else b).add(i)
print(len(a.items), a.items is b.items, a.count, b.count, Registry.count, Registry.total)


def memo(function):
    cache = {}

    def wrapper(n):
        if n not in cache:
            cache[n] = function(n)
        return cache[n]

    wrapper.cache = cache
    return wrapper


@memo
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


print(fibonacci(120), len(fibonacci.cache))
for i in range(1000):
    fibonacci(i % 100)
state = [0]


def bump(by):
    state[0] += by
    return state[0]


for i in range(3000):
    bump(1)
print(bump(0.5), bump(2**70), state)
state.append("more")
print(bump(-(2**70)), state)
