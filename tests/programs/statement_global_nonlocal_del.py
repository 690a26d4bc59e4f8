"""global, nonlocal, del: names, attributes, items, slices, nested scopes, and class scopes."""

g = 1


def use_global():
    global g, fresh
    g += 1
    fresh = "made"
    del g
    try:
        g
    except NameError as error:
        print(error)
    g = 10


use_global()
print(g, fresh)


def levels():
    a, b = 1, 2

    def middle():
        nonlocal a
        b = 20

        def inner():
            nonlocal a, b
            a += 1
            b += 1
            global g
            g = 99
            return a, b

        return inner(), b

    return middle(), a, b


print(levels(), g)


def deleted_cell():
    x = 1

    def inner():
        return x

    del x
    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    x = 2
    return inner()


print(deleted_cell())


class Box:
    pass


b = Box()
b.a, b.l, b.d = 1, [0, 1, 2, 3, 4, 5], {"k": 1, "m": 2}
del b.a, b.l[0], b.l[-1], b.l[1:3], b.d["k"]
print(vars(b))
x, (y, [z]) = 1, (2, [3])
del x, (y, [z])
print([name in globals() for name in "xyz"])
del (g), [fresh]
for name in ("g", "fresh", "never"):
    try:
        exec(f"del {name}")
    except NameError as error:
        print(error)
for call in (lambda: b.__delattr__("zz"), lambda: b.l.__delitem__(9), lambda: b.d.__delitem__("zz")):
    try:
        call()
    except (AttributeError, IndexError, KeyError) as error:
        print(type(error).__name__, error)


class Log:
    def __delitem__(self, key):
        print("delitem", key)

    def __delattr__(self, name):
        print("delattr", name)


log = Log()
del log[1], log[1:2], log[1, 2], log.name, log[...]


def counter():
    n = 0

    def up():
        nonlocal n
        n += 1
        return n

    def down():
        nonlocal n
        n -= 1
        return n

    return up, down


up, down = counter()
up2, _ = counter()
print(up(), up(), down(), up2())
for text in ("def f():\n nonlocal q\n", "nonlocal x", "def f(a):\n global a", "def f():\n a = 1\n nonlocal a", "def f():\n print(a)\n global a", "def f():\n x = 1\n def g():\n  x\n  nonlocal x", "class A:\n nonlocal z", "def f():\n global a\n nonlocal a", "del ()", "del (a, b), [c]", "del a + b", "del *a", "del f(x)", "del None", "del (a := 1)", "del a if b else c", "global a; a: int = 1", "def f(x):\n  def g(): nonlocal x\n  nonlocal x"):
    try:
        compile(text, "<t>", "exec")
        print(repr(text), "compiles")
    except SyntaxError as error:
        print(repr(text), error.msg, error.lineno)


def shadows():
    def str(x):
        return "own " + repr(x)

    len = lambda x: -1
    return str(5), len("abc"), max(1, 2)


print(shadows())
for i in range(2000):
    v = i
    w = v
    del v
print(w, "v" in globals())


def exec_scopes():
    a = 1
    exec("a = 2; b = 3")
    ns = {}
    exec("c = 4\ndef f(): return c", ns)
    return a, "b" in locals(), ns["f"](), eval("a + 1")


print(exec_scopes())
