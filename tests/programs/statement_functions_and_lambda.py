"""def and lambda: parameter kinds, defaults evaluated once, annotations, recursion, docstrings, attributes, returns."""

order = []


def default(value):
    order.append(value)
    return value


def f(a, b=default(1), /, c=default(2), *args, d, e=default(3), **kwargs):
    "doc"
    return a, b, c, args, d, e, kwargs


print(order, f(0, d=1), f(0, 1, 2, 3, 4, d=5, e=6, z=7), f.__doc__, f.__defaults__, f.__kwdefaults__)


def implicit():
    pass


def early(x):
    if x:
        return
    return 1, 2


def only_doc():
    """Only a docstring."""


def mutable(x, seen=[]):
    seen.append(x)
    return seen


print(implicit(), early(1), early(0), only_doc(), only_doc.__doc__, mutable(1), mutable(2), mutable.__defaults__)
fact = lambda n: 1 if n < 2 else n * fact(n - 1)
print(fact(20), (lambda: None)(), (lambda *a, **k: (a, k))(1, x=2), (lambda x, /, y, *, z=3: x + y + z)(1, y=2), [(lambda x: x * i)(2) for i in range(3)], sorted("ab", key=lambda c: -ord(c)), (lambda x: (yield x))(1).__next__(), (lambda: (lambda: 5)())())


def outer(x):
    def middle(y):
        def inner(z):
            return x + y + z

        return inner

    return middle


print(outer(1)(2)(3), outer.__code__.co_cellvars, outer(1).__code__.co_freevars, outer(1)(2).__closure__[0].cell_contents)


def shadow(x):
    x = x + 1 if x else x
    for x in [x]:
        x = x * 2
    return x


def star(*args, sep="-", **options):
    return sep.join(map(str, args)) + str(options)


print(shadow(3), star(1, 2), star(*[1, 2], *"ab", sep="+", **{"k": 1}, **{"m": 2}), star(*(), **{}))


def annotated(a: int, *b: str, c: "x" = 1, **d: float) -> list[int]: ...


print(annotated.__annotations__, annotated(1))


def nested_defs():
    def helper(n):
        return helper(n - 1) + 1 if n else 0

    class Local:
        def method(self):
            return helper(3)

    return Local().method()


print(nested_defs(), (lambda f: f(f, 5))(lambda f, n: 1 if n == 0 else n * f(f, n - 1)))


def generator_or_not(flag):
    if flag:
        return 5
    yield 1


print(type(generator_or_not(True)).__name__, list(generator_or_not(False)))


def finally_wins():
    try:
        return "try"
    finally:
        order.append("finally ran")


print(finally_wins(), order[-1])


def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0=10, b1=11, *, k0=0, k1=1):
    return a0 + a9 + b0 + b1 + k0 + k1


print(many(*range(10)), many(*range(12)), many(*range(9), a9=100, k1=5), many(**{f"a{i}": i for i in range(10)}))
for call in (lambda: many(), lambda: many(1, 2, 3), lambda: many(*range(13)), lambda: f(1, b=2, d=3), lambda: f(d=1), lambda: star(1, sep="x", **{"sep": 1}), lambda: (lambda x: x)(), lambda: (lambda x: x)(1, 2), lambda: (lambda: 0)(x=1), lambda: many(*range(10), a0=1), lambda: outer(), lambda: annotated(*5), lambda: annotated(1, **"x"), lambda: f(0, d=1, **{5: 6}), lambda: many(0, 1, 2, 3, 4, 5, 6, 7, 8)):
    try:
        print(call())
    except TypeError as error:
        print(error)
print(f.__name__, f.__qualname__, (lambda: 0).__name__, outer(1).__qualname__, f.__code__.co_firstlineno > 0, implicit.__code__.co_consts, len.__name__)
