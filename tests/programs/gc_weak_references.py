"""weakref: refs, callbacks, proxies, WeakValueDictionary, WeakKeyDictionary, WeakSet, finalize. Bounds instead of times."""

import gc
import weakref


class Node:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f"N{self.value}"

    def __len__(self):
        return 3


n = Node(1)
r = weakref.ref(n)
print(r() is n, r() is r(), weakref.ref(n) is r, weakref.getweakrefcount(n), r == weakref.ref(n), hash(r) == hash(n), weakref.getweakrefs(n) == [r], type(r).__name__)
p = weakref.proxy(n)
p.value = 5
print(n.value, p.value, len(p), isinstance(p, Node), type(p).__name__, repr(p)[:10] != "")
for bad in (5, "s", None, [], {}, (), 1.5, object()):
    try:
        weakref.ref(bad)
        print("fine")
    except TypeError as error:
        print(error)
called = []


def many():
    references = []
    for i in range(100):
        references.append(weakref.ref(Node(i), called.append))
    gc.collect()
    return references


refs = many()
gc.collect()
dead = [x for x in refs if x() is None]
print(len(dead) > 80, len(called) > 80, all(c in refs for c in called))
values = weakref.WeakValueDictionary()
keys = weakref.WeakKeyDictionary()
members = weakref.WeakSet()
kept = [Node(i) for i in range(5)]


def fill():
    for node in kept + [Node(100 + i) for i in range(100)]:
        values[node.value] = node
        keys[node] = node.value
        members.add(node)


fill()
gc.collect()
gc.collect()
print(all(values[i] is kept[i] for i in range(5)), len(values) < 25, len(keys) < 25, len(members) < 25, kept[0] in members, keys[kept[1]], kept[2] in keys, sorted(v for v in values if v < 5), values.get(999), sorted(k.value for k in keys if k.value < 5))
done = []


def finalizers():
    for i in range(100):
        weakref.finalize(Node(i), done.append, i)


finalizers()
gc.collect()
print(len(done) > 80)
k = Node(7)
f = weakref.finalize(k, done.append, "explicit")
print(f.alive, f(), f.alive, done[-1], f())


class Methods:
    def go(self):
        return "went"


m = Methods()
wm = weakref.WeakMethod(m.go)
print(wm()(), wm() == m.go)


def function():
    return 1


fr = weakref.ref(function)
print(fr()(), weakref.ref(Node)() is Node, weakref.ref(len)() is len if hasattr(len, "__weakref__") else "builtin")


class Slotted:
    __slots__ = ("__weakref__",)


s = Slotted()
print(weakref.ref(s)() is s)


class Cycle:
    pass


def cycle():
    c = Cycle()
    c.self = c
    c.ref = weakref.ref(c)
    return c.ref


refs = [cycle() for _ in range(50)]
gc.collect()
print(sum(r() is None for r in refs) > 40)
survivor = Node(42)
alive = weakref.ref(survivor)
for i in range(3000):
    garbage = [Node(i), [i] * 10]
    if alive() is not survivor:
        print("lost", i)
gc.collect()
print(alive().value)
p2 = weakref.proxy(survivor, called.append)
print(p2.value + 1, p2 == survivor or True)
