"""The carets of tracebacks, for every kind of expression, printed by the traceback module."""

import traceback


def show(function, *args):
    try:
        function(*args)
    except Exception:
        lines = traceback.format_exc().splitlines()
        print("\n".join(lines[3:] if len(lines) > 4 else lines))


class Obj:
    pass


def binary(a, b):
    return 1 + (a * b - a / b) + 2


def subscript(d):
    return d["a"]["b"][0]["c"]


def attribute(o):
    return o.first.second.third


def call(f):
    return f(1, 2)(3)


def multi_line(a, b):
    return (
        a
        + b
        +
        "x"
    )


def call_lines(f):
    return f(
        1,
        2,
        three=3,
    )


def compare(a, b):
    return a < b <= 3


def unary(a):
    return [-a, 1]


def unpack(a):
    x, y = a
    return x


def for_loop(a):
    for x in a:
        pass


def comprehension(a):
    return [1 / x for x in a]


def fstring(a):
    return f"{a!r} and {a.b:>{10}}"


def slices(a):
    return a[1:"x"]


def augmented(a):
    a += "text"


def delete(a):
    del a["missing"]


def store(a):
    a.b.c = 1


def store_item(a):
    a["x"]["y"] = 1


def raising():
    raise ValueError("plain") from None


def asserting(a):
    assert a == 2, f"a is {a}"


def with_statement(a):
    with a as b:
        pass


def importing():
    from math import nonsense


def keyword(f):
    f(a=1, **{"a": 2})


def lambdas(f):
    return (lambda x: x.missing)(f)


def unicode_line(ä):
    return "ééé" + ä + "🐍" / 2


def wide():
    "日本語" + 1


def await_like(g):
    return list(g) + [next(iter(()))]


def semicolons(a): x = 1; y = a.q; return x


def conditional(a):
    return a.x if a else a.y


def starred(a):
    print(*a, *5)


def decorators():
    @missing_decorator
    def f(): ...


def class_body():
    class A:
        x = 1 / 0


def default(x=1):
    def f(a=x / 0): ...


def chained_call(a):
    return a.strip().split().nothing().more()


def matmul(a):
    return a @ a


def power(a): return 2 ** a ** "x"


def walrus(a):
    if (b := a.zzz) > 1:
        return b


show(binary, 1, 0)
show(subscript, {"a": {"b": [{}]}})
show(subscript, {"a": {"b": [None]}})
show(attribute, Obj())
show(call, lambda a, b: a)
show(call, 5)
show(multi_line, 1, 2)
show(call_lines, lambda *a: 1)
show(compare, 1, "x")
show(unary, "x")
show(unpack, [1])
show(for_loop, 5)
show(comprehension, [1, 0])
show(fstring, 5)
show(slices, [1])
show(augmented, 5)
show(delete, {})
show(store, Obj())
show(store_item, {})
show(raising)
show(asserting, 1)
show(with_statement, 5)
show(importing)
show(keyword, print)
show(lambdas, 5)
show(unicode_line, "x")
show(wide)
show(await_like, [])
show(semicolons, 5)
show(conditional, 5)
show(starred, [1])
show(decorators)
show(class_body)
show(default)
show(chained_call, "a")
show(matmul, 5)
show(power, 5)
show(walrus, 5)
