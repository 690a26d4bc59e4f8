"""Cycles through every kind of container, dropped and collected while the program goes on."""

import gc
import weakref


class Thing:
    pass


def through_list():
    t = Thing()
    l = [t]
    t.l = l
    l.append(l)
    return weakref.ref(t)


def through_dict():
    t = Thing()
    t.d = {"t": t, 1: [t]}
    return weakref.ref(t)


def through_closure():
    t = Thing()

    def f():
        return t, f

    t.f = f
    return weakref.ref(t)


def through_method():
    t = Thing()
    t.m = Thing.__str__.__get__(t)
    return weakref.ref(t)


def through_class():
    class Local:
        pass

    Local.me = Local()
    return weakref.ref(Local)


def through_generator():
    t = Thing()

    def g():
        yield t

    t.g = g()
    next(t.g)
    return weakref.ref(t)


def through_exception():
    t = Thing()
    try:
        raise ValueError(t)
    except ValueError as error:
        t.error = error
    return weakref.ref(t)


def through_tuple_and_set():
    t = Thing()
    t.t = (t, frozenset([t]), {t})
    return weakref.ref(t)


def through_instances():
    nodes = [Thing() for _ in range(10)]
    for a, b in zip(nodes, nodes[1:] + nodes[:1]):
        a.next = b
    return weakref.ref(nodes[3])


def through_partial():
    import functools

    t = Thing()
    t.p = functools.partial(print, t)
    return weakref.ref(t)


makers = [through_list, through_dict, through_closure, through_method, through_class, through_generator, through_exception, through_tuple_and_set, through_instances, through_partial]
for make in makers:
    references = [make() for _ in range(40)]
    gc.collect()
    gc.collect()
    print(make.__name__, sum(r() is None for r in references) > 30)
live = Thing()
live.me = [live, {"live": live}, (live,)]
for _ in range(5):
    gc.collect()
print(live.me[0] is live, live.me[1]["live"] is live, live.me[2][0].me is live.me)
tree = None
for i in range(5000):
    tree = (i, tree) if i % 2 else [tree, i]
    if i % 1000 == 0:
        gc.collect()
depth = 0
while tree:
    depth += 1
    tree = tree[1] if isinstance(tree, tuple) else tree[0]
print(depth)
old = [Thing() for _ in range(1000)]
gc.collect()
for i, thing in enumerate(old):
    thing.young = [i, str(i), {"i": i}]
for _ in range(200):
    junk = [[j] for j in range(50)]
gc.collect()
print(all(t.young == [i, str(i), {"i": i}] for i, t in enumerate(old)))
table = {}
for i in range(3000):
    table[f"key{i}"] = [i]
    if i > 100:
        del table[f"key{i - 100}"]
gc.collect()
print(len(table), all(v == [int(k[3:])] for k, v in table.items()))
