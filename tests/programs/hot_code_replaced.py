"""A function's __code__, __defaults__ and __kwdefaults__ are replaced while its callers are hot."""


def target(a, b=2, *, c=3):
    return a + b + c


def other(a, b=2, *, c=3):
    return a * b * c


def run(n, when=-1, action=None):
    total = 0
    for i in range(n):
        total += target(i)
        if i == when:
            action()
    return total


for _ in range(10):
    run(500)
print(run(2000))
print(run(2000, 1000, lambda: setattr(target, "__code__", other.__code__)))
print(run(2000, 1000, lambda: setattr(target, "__defaults__", (5,))))
print(run(2000, 1000, lambda: setattr(target, "__kwdefaults__", {"c": 0})))
try:
    run(2000, 1000, lambda: setattr(target, "__defaults__", None))
except TypeError as error:
    print(error)
target.__defaults__ = (1,)
print(run(10))


def closure():
    x = 1

    def inner(a):
        return a + x

    return inner


try:
    target.__code__ = closure().__code__
except ValueError as error:
    print(error)
try:
    target.__code__ = 5
except TypeError as error:
    print(error)
f = closure()
for i in range(2000):
    f(i)
f.__closure__[0].cell_contents = 100
print(f(1))
renamed = target.__code__.replace(co_name="renamed", co_consts=target.__code__.co_consts)
target.__code__ = renamed
print(run(10), target.__name__, target.__code__.co_name)
