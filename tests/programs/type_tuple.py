"""tuple: construction, methods, comparison, hashing, named fields, errors."""

print((), (1,), (1, 2), 1, (1, "a", None), tuple(), tuple("ab"), tuple([1]), (1, (2, (3,))), ((),), (1) == 1)
t = (3, 1, 2, 1)
print(t[0], t[-1], t[1:3], t[::-1], t.count(1), t.index(1), t.index(1, 2), len(t), 2 in t, t + (5,), t * 2, 2 * (0,), sorted(t), max(t), sum(t), t == (3, 1, 2, 1), t < (3, 2), (1,) < (1, 0), hash(t) == hash((3, 1, 2, 1)), {t: "v"}[(3, 1, 2, 1)], tuple(reversed(t)), list(t), bool(()), t is tuple(t), t[:] is t, () is ())
a, b, *c = t
(d, e), f = (1, 2), 3
x = 1, 2
y = *t, *x
print(a, b, c, d, e, f, x, y, repr((1,)), str(("a",)), (lambda *p: p)(1, 2), (yield_ := (5, 6)))
for call in (lambda: t[9], lambda: t["a"], lambda: t.index(9), lambda: t + [1], lambda: t < [1], lambda: t.append(1), lambda: hash(([],)), lambda: tuple(5), lambda: t * 1.5, lambda: tuple(1, 2), lambda: t.__setitem__(0, 1)):
    try:
        print(call())
    except (IndexError, TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
try:
    t[0] = 1
except TypeError as error:
    print(error)
try:
    del t[0]
except TypeError as error:
    print(error)
inner = []
loop = (inner,)
inner.append(loop)
print(loop, (float("nan"),) == (float("nan"),), (1, 2) == (1.0, True + 1), hash((1, 2)) == hash((1.0, 2.0)), (1, "a") != (1, "b"))
swap = [1, 2]
i = 0
i, swap[i] = 1, 9
print(i, swap, sorted([(2, "b"), (1, "z"), (2, "a")]), dict([(1, 2), (3, 4)]), tuple(x * 2 for x in range(3)), *(1, 2), (1, 2).__getnewargs__(), (1, 2).__contains__(2), (1,).__add__((2,)), (0, 1)[True])
total = 0
for i in range(3000):
    p = (i, i + 1, (i,))
    total += p[0] + p[1] + p[2][0] + len(p)
print(total)
