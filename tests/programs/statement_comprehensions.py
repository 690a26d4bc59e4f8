"""List, set, dict and generator comprehensions: nesting, conditions, scopes, walrus, unpacking, async-free forms."""

print([x for x in range(5)], [x * y for x in range(3) for y in range(3) if x != y], {x % 3 for x in range(9)}, {k: v for k, v in zip("ab", (1, 2))}, list(x for x in "ab"), [(x, y) for x in range(2) for y in (x for x in range(2))], [[j for j in range(i)] for i in range(3)], [a if a else -1 for a in (0, 1)], [x for x in range(20) if x % 2 if x % 3])
x = "outer"
[x for x in range(3)]
print(x, [y := 1, y**2], [last := i for i in range(3)], last, sum(n for n in range(5)), [f() for f in [lambda: i for i in range(3)]], [f() for f in [lambda i=i: i for i in range(3)]])


def scopes():
    a = 10
    result = [a + b for b in range(2)], {a: c for c in [1]}, list(a for _ in range(1))
    inner = [lambda: a for _ in range(1)][0]
    a = 20
    total = 0
    if any((hit := k) * k > 10 for k in range(10)):
        total = hit
    return result, inner(), total, [locals_ for locals_ in sorted(locals())]


print(scopes())


class Body:
    a = 3
    b = [i for i in range(a)]
    c = [[i for _ in range(2)] for i in range(2)]
    try:
        d = [a for _ in range(1)]
    except NameError as error:
        d = str(error)


print(Body.b, Body.c, Body.d)
log = []


def source(tag, values):
    log.append(tag)
    return values


g = (a + b for a in source("outer", [1, 2]) for b in source("inner", [10, 20]))
print(log)
print(list(g), log)
try:
    (x for x in 5)
except TypeError as error:
    print(error)
g = (1 // (2 - i) for i in range(4))
print(next(g), next(g))
try:
    next(g)
except ZeroDivisionError as error:
    print(error, list(g))


def nested_function():
    return [[(lambda z: x + y + z)(1) for y in range(2)] for x in range(2)]


print(nested_function(), [*(x for x in "ab"), *[1]], {**{k: 1 for k in "a"}}, dict((k, v) for k, v in [(1, 2)]), max((len(w), w) for w in ["a", "bbb", "cc"]), "".join(c for c in "abc" if c != "b"), [x for (x, *y) in [(1, 2, 3)]], [y for (x, *y) in [(1, 2, 3)]], [v for v, in [[1], [2]]])
t = [0]
print([t[0] for t[0] in range(3)], t, [x.real for x in (1, 2.5)], [(yield_) for yield_ in (1,)])
for text in ("[x := 1 for x in y]", "[x for x in (y := z)]", "class A: [b := 1 for c in d]", "[(yield x) for x in y]", "{**x for x in y}", "[*x for x in y]", "[x for x in y, z]", "[i := i for i in j]", "[x async for x in y]", "{k: v, for k in z}", "[for x in y]", "[x for x in lambda: y, z]", "(x for x in y for)"):
    try:
        compile(text, "<t>", "exec")
        print(text, "compiles")
    except SyntaxError as error:
        print(text, error.msg)


def deep():
    v = 1
    return [[[v + a + b + c for a in range(2)] for b in range(2)] for c in range(2)]


def conflict(items):
    it = [items for items in items]
    return it, items


def delete():
    q = 5
    r = [q for q in range(3)]
    return q, r


print(deep(), conflict([1, 2]), delete(), [i for i in [j for j in range(3)] if i in {k for k in range(2)}])
