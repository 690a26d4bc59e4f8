"""Assignment in all its forms: chained, unpacking, augmented, subscripts, attributes, order of evaluation."""

log = []


def note(tag, value=None):
    log.append(tag)
    return value


class Store:
    def __setattr__(self, name, value):
        log.append(f"attr {name}={value}")

    def __setitem__(self, key, value):
        log.append(f"item {key}={value}")

    def __getitem__(self, key):
        log.append(f"get {key}")
        return 10

    def __getattr__(self, name):
        log.append(f"getattr {name}")
        return 20


s = Store()
note("target1", s)[note("key1", "k")] = note("target2", s).attribute = note("value", 5)
note("aug target", s)[note("aug key", 1)] += note("aug value", 2)
note("aug obj", s).x -= note("aug v", 3)
a, note("t", s)[note("k", 0)], b = note("v1", 1), note("v2", 2), note("v3", 3)
(note("f", lambda *x, **y: None))(note("arg1"), *note("star", []), key=note("kw"), **note("double", {}))
{note("key a", 1): note("val a", 2), note("key b", 3): note("val b", 4)}
[note("e1"), note("e2")], (note("e3") or note("e4")), note("c1", 1) < note("c2", 2) < note("c3", 0) < note("never")
note("x1", [0, 1, 2])[note("lo", 0):note("hi", 2):note("st", 1)]
note("body") if note("test", True) else note("else")
print(*log, sep="\n")
x = y = z = []
x.append(1)
print(y, x is z)
x, y = y, [2]
print(x, y)
[a, [b, c]], *d = [1, "23"], 4, 5
print(a, b, c, d)
a = [1, 2, 3]
i = 0
i, a[i] = 2, "changed"
print(a, i)
a[0], a[1], *a[2:] = "xyz"
print(a)
for text in ("1 = x", "f() = 1", "a + b = 1", "None = 1", "(a, 1) = 2, 3", "*a = 1", "*a, *b = 1", "a.b.c() = 1", "[x for x in y] = 1", "x += y += 1", "(a, b) += 1", "f() += 1", "lambda: 1 = 2", "'s' = 1", "del f()", "del 1", "True := 1", "(x.y := 1)", "x: int: str = 1", "(a, b): int = 1", "for 1 in x: pass", "with x as 1: pass", "import a.b as c.d", "a = yield = b", "__debug__ = 1", "{a: 1} = 5", "a, b: int = 1", "def f(a, a): pass", "f(x=1, x=2)", "f(x for x in y, 1)", "f(**a, *b)", "f(a=1, 2)", "x = *y", "print x", "return 1", "break", "continue", "await x", "yield 1", "nonlocal x", "def f():\n x = 1\n global x", "class A:\n return", "a ==== b", "if x = 1: pass", "x = (1", "x = 1)", "'abc", "\"\"\"abc", "f(a.b=1)", "0777", "1__0", "0b12", "1e", "5a", "a $ b", "else: pass", "if 1:\npass", "  x = 1", "try: pass", "def f(*): pass", "def f(a=1, b): pass", "def f(**k, a): pass", "def f(*a, *b): pass", "def f(/): pass", "from x import (", "from . import *a", "import", "async x", "match x:\n case a | b: pass", "match x:\n case {**r, 'a': 1}: pass", "match x:\n case [*a, *b]: pass", "a if b", "not", "x = 5 6", "raise x from", "assert", "@", "class", "lambda *: 1", "a := 1", "del", "[a, b for a in c]", "{1, **a}", "{1: 2, 3}", "f'{a'", "u'x' b'y'", "b'é'", "'\\N{nonsense}'", "'\\x1'", "\\ x"):
    try:
        compile(text, "<t>", "exec")
        print(repr(text), "compiles")
    except SyntaxError as error:
        print(repr(text), type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset)
