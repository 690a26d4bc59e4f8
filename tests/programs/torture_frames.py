"""Calls, closures, generators, exceptions and recursion, for the collector's torture mode."""


def adder(n):
    def add(x, *args, **kwargs):
        return [n, x, args, kwargs]

    return add


print([adder(i)(i + 1, [i], k={i: i}) for i in range(5)])


def tree(n):
    return [tree(n - 1), tree(n - 1)] if n else "leaf"


print(tree(4))


def generate(n):
    for i in range(n):
        try:
            got = yield [i, str(i)]
            if got:
                raise ValueError([got])
        except ValueError as error:
            yield ("caught", error.args)
        finally:
            yield f"finally {i}"


g = generate(4)
print(next(g), g.send("x"), next(g), list(g))


def fail(n):
    value = [n]
    if n == 0:
        raise KeyError(value, "deep")
    try:
        fail(n - 1)
    except KeyError as error:
        if n % 3 == 0:
            raise KeyError([n]) from error
        raise
    finally:
        value.append(n)


try:
    fail(10)
except KeyError as error:
    chain = []
    e = error
    while e:
        chain.append(e.args)
        e = e.__cause__
    print(chain)


class Manager:
    def __init__(self, name):
        self.name = [name]

    def __enter__(self):
        return self.name + ["entered"]

    def __exit__(self, *args):
        self.args = [str(a) for a in args if not isinstance(a, type(args[2]))] if args[0] else []
        return True


with Manager("m") as m:
    raise ValueError(m)
print(m)


def fibonacci(n, memo={}):
    if n not in memo:
        memo[n] = n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
    return memo[n]


print(fibonacci(90))
compose = lambda *fs: lambda x: [f(x) for f in fs]
print(compose(str, float, lambda x: [x] * 3, lambda x: {x: (x,)})(3))


def star(*args, **kwargs):
    return args, kwargs


print(star(*[str(i) for i in range(5)], **{f"k{i}": [i] for i in range(3)}))
try:
    star(**{"a": [1]}, **{"a": [2]})
except TypeError as error:
    print(error)


async def coroutine(n):
    if n:
        return [n] + await coroutine(n - 1)
    return ["end"]


try:
    coroutine(5).send(None)
except StopIteration as stop:
    print(stop.value)
print(eval("[x * 2 for x in data]", {"data": [[1], "a", (2,)]}))
exec("class Made:\n    def __init__(self): self.x = [1, 'two']\nprint(vars(Made()))")
import traceback

try:
    {}["missing key"]
except KeyError:
    print(traceback.format_exc())
