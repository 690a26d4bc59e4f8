"""Dict views as sets, the state of iterators, ranges of any size, and what pickling sees."""

import types

d = {"a": 1, "b": 2, "c": 3}
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items, len(keys), len(values), len(items))
print("a" in keys, 1 in values, ("a", 1) in items, ("a", 2) in items, "a" in items, (1,) in items, ["a", 1] in items)
d["d"] = 4
print(list(keys), list(values), list(items), list(reversed(keys)), list(reversed(values)), list(reversed(items)))
print(sorted(keys & {"a", "z"}), sorted(keys | {"z"}), sorted(keys - {"a"}), sorted(keys ^ {"a", "z"}))
print(sorted({"a", "z"} & keys), sorted({"z"} | keys), sorted({"a", "z"} - keys), sorted({"a", "z"} ^ keys))
print(sorted(keys & ["a", "a", "q"]), sorted(["a", "q"] - keys), type(keys & keys), type(keys - []))
print(sorted(items & {("a", 1), ("b", 9)}), sorted(items - [("a", 1)]), sorted(items ^ {("a", 1)}), len(items | [3]))
print(keys == {"a", "b", "c", "d"}, keys == ["a"], keys < {"a", "b", "c", "d", "e"}, keys >= {"a"}, keys != d.keys())
print(items == d.items(), items == set(d.items()), {1: 2}.keys() == {1: 3}.keys(), values == d.values(), {1: 2}.items() <= {(1, 2), 3})
print(keys.isdisjoint(["z"]), keys.isdisjoint(d), items.isdisjoint([("a", 1)]), {}.keys().isdisjoint({}.keys()))
print(keys.mapping, type(keys.mapping), items.mapping["a"])
print({1: []}.items() & {}.items(), (1, []) in {1: []}.items())
loop = {}
loop["self"] = loop.values()
print(loop)
loop = {}
loop["self"] = loop.items()
print(loop)


def state(it):
    reduced = it.__reduce__()
    return (reduced[0].__name__, *reduced[1:])


for make in (
    lambda: iter([1, 2, 3]),
    lambda: iter((1, 2, 3)),
    lambda: reversed([1, 2, 3]),
    lambda: iter(range(3)),
    lambda: iter(range(0, 10**30, 10**29)),
    lambda: reversed(range(2**70)),
    lambda: reversed("abc"),
    lambda: iter({1: "a", 2: "b"}),
    lambda: iter({1: "a", 2: "b"}.values()),
    lambda: reversed({1: "a", 2: "b"}.items()),
    lambda: iter({1, 2, 3}),
    lambda: iter(frozenset([9])),
):
    it = make()
    print(type(it).__name__, state(it), it.__length_hint__(), end=" ")
    print(next(it), state(it), it.__length_hint__(), iter(it) is it, end=" ")
    rest = [x for x, _ in zip(it, range(5))]
    print(rest, end=" ")
    if len(rest) < 5:
        print(state(it), it.__length_hint__(), next(it, "end"))
    else:
        print()
for setter in (-5, 0, 1, 3, 100):
    made = [iter([1, 2, 3]), iter((1, 2, 3)), reversed([1, 2, 3]), iter(range(3)), reversed("abc"), iter(range(2**70))]
    for it in made:
        it.__setstate__(setter)
    print(setter, [[x for x, _ in zip(it, range(4))] for it in made])
for make in (
    lambda: enumerate("ab", 5),
    lambda: zip("ab", "cd"),
    lambda: zip("ab", "cd", strict=True),
    lambda: map(ord, "ab"),
    lambda: map(max, "ab", "ba", strict=True),
    lambda: filter(None, [0, 1]),
    lambda: iter(iter("abc").__next__, "c"),
):
    it = make()
    reduced = it.__reduce__()
    print(reduced[0].__name__, len(reduced), len(reduced[1]), list(it), list(it))
print([*enumerate("ab", 2**62 - 1)], [*enumerate("ab", -1)], [*zip()], [*zip([1, 2])], [*zip("ab", range(9), [1.5, 2.5, 3])])
print([*map(lambda *a: a, [1, 2], [3, 4], [5, 6, 7])], [*filter(lambda n: n % 2, range(6))], [*filter(bool, [0, "", 5])])


class Sequence:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        if index >= self.n:
            raise IndexError
        return index * index


it = iter(Sequence(3))
print(type(it).__name__, it.__length_hint__(), list(it), state(it), list(reversed(Sequence(4))), 4 in Sequence(3))
calls = iter([1, 2, 3, 0, 5])
print(list(iter(lambda: next(calls), 0)), list(calls))

for r in (range(0), range(5), range(2, 9, 3), range(9, 2, -3), range(5, 0), range(-3, 3), range(10**30, 10**30 + 3)):
    print(r, len(r), list(r), list(reversed(r)), bool(r), r[::-1], r[1:], r[-2:], r[::2], sum(x in r for x in range(-5, 10)))
print(range(2**62 - 2, 2**62 + 2)[3], list(range(2**62 - 2, 2**62 + 2)), list(range(-(2**62), -(2**62) - 3, -1)))
print(range(10**30)[10**29], range(10**30)[: 10**29 : 10**28], range(0, 10**30, 7)[-1], 10**25 in range(10**30), 2**70 in range(0, 2**80, 3))
print(range(0, 3, 2) == range(0, 4, 2), range(0) == range(2, 1), range(1) == range(0, 5, 9), range(3) == [0, 1, 2], hash(range(0, 3, 2)) == hash(range(0, 4, 2)))
print(hash(range(0)), hash(range(1)), hash(range(5)), hash(slice(1, 2, 3)), hash((1, 2, 3)), hash(()))
print(True in range(3), 1.0 in range(3), 1.5 in range(3), "a" in range(3), range(3).count(1.0), range(3).index(True), range(5, 10, 2).index(9))
print(range(True), type(range(True).stop), range(5).start, range(5).step, range(1, 2).__reduce__())
print(slice(3), slice(1, 2), slice(None, None, -1), slice(1, 2) == slice(1, 2, None), slice(1) < slice(2), slice(1, 10, 3).indices(5))
print(slice(10**30).indices(10**40), slice(None, None, -(10**30)).indices(10**20), slice(-3, None).indices(2), slice(1).__reduce__())

p = types.MappingProxyType({1: 2})
print(p, repr(p), p == {1: 2}, 1 in p, p | {3: 4}, {3: 4} | p, list(reversed(p)), p.get(5, 6), list(p.items()), p.copy(), len(p))
n = types.SimpleNamespace({"a": 1}, b=[2])
n.me = n
print(n, n.a, vars(n) is n.__dict__, n == types.SimpleNamespace(a=1, b=[2]), n.__reduce__()[0].__name__)


class N(types.SimpleNamespace):
    pass


print(N(b=1), N(b=1) == types.SimpleNamespace(b=1), N(b=1).__replace__(c=3), types.SimpleNamespace([("q", 1)]))


class D(dict):
    def __missing__(self, key):
        return ("missing", key)


d = D(a=1)
print(d["a"], d["b"], d.get("b"), "b" in d, d, type(d.copy()), type(d | {}), type({} | d), dict(d), D.fromkeys("ab", 0))


class S(set):
    pass


class F(frozenset):
    pass


s, f = S([1]), F([1])
print(s, f, S(), F(), type(s.copy()), type(s | s), type(s & s), type(s - s), type(s ^ s), type(f | s), type({1} | f))
f0 = frozenset([1])
print(frozenset(f0) is f0, f0.copy() is f0, f0.union() is f0, s.__reduce__(), f.__reduce__())


class T(tuple):
    pass


t = T((1, 2))
t.extra = 5
print(t, t + (3,), type(t + ()), type(t[:]), t == (1, 2), t.extra, type(T(t)), tuple(t) is t, t.__getnewargs__(), hash(t) == hash((1, 2)))
