"""Classes, functions and closures made inside hot loops: sites whose callee is new every time."""


def make(i):
    class Local:
        factor = i

        def scale(self, x):
            return x * self.factor

    return Local


total = 0
for i in range(400):
    item = make(i)()
    for j in range(5):
        total += item.scale(j)
print(total)


def functions(n):
    out = 0
    for i in range(n):
        f = lambda x: x + i
        g = lambda x, k=i: x * k
        out += f(1) + g(2)
    return out


print(functions(3000))


def decorate(n):
    def outer(f):
        def inner(*args):
            return f(*args) + 1

        return inner

    g = lambda x: x
    for _ in range(n):
        g = outer(g)
    return g(0)


print(decorate(200))
kinds = [type(f"T{i}", (int,), {"twice": lambda self: int(self) * 2}) for i in range(30)]
total = 0
for i in range(3000):
    total += kinds[i % 30](i).twice()
print(total)
Base = type("Base", (), {"value": lambda self: 1})
current = Base
for i in range(60):
    current = type(f"D{i}", (current,), {} if i % 7 else {"value": lambda self, i=i: i})
print(current().value(), len(current.__mro__))
o = current()
total = 0
for i in range(2000):
    total += o.value()
    if i == 1000:
        current.__mro__[30].value = lambda self: -1
        current.__mro__[2].value = lambda self: 1000
print(total)
instances = [make(i % 3)() for i in range(300)]
print(sum(x.scale(1) for x in instances), len({type(x) for x in instances}))


def generators(n):
    return sum(sum(x for x in range(i % 10)) for i in range(n))


print(generators(1000))
exec_total = 0
for i in range(100):
    namespace = {}
    exec(f"def f(x):\n    return x + {i}", namespace)
    exec_total += namespace["f"](1)
print(exec_total)
