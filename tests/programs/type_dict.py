"""dict: construction, methods, order, merging, views, mutation while iterating, errors."""

d = {"a": 1, "b": 2, **{"c": 3}, "a": 4}
print(d, dict(), dict(a=1), dict([("x", 1), ["y", 2]]), dict({"k": 1}, z=2), dict(zip("ab", range(2))), {k: v for k, v in d.items() if v > 2}, dict.fromkeys("ab", 0), dict.fromkeys([1]), {1: "a", True: "b", 1.0: "c"}, {(): 1}[()], {None: 1, ...: 2})
print(d["a"], d.get("z"), d.get("z", 0), d.setdefault("q", []), d.setdefault("a", 9), d.pop("q"), d.pop("zz", None), "a" in d, 1 in d, len(d), list(d), list(d.keys()), list(d.values()), list(d.items()), list(reversed(d)), d == {"c": 3, "b": 2, "a": 4}, d != {}, bool({}), d.copy() == d, d.copy() is d)
d["new"] = 5
del d["b"]
d["b"] = 6
d.update({"a": 0}, k=1)
d.update([("m", 2)])
d |= {"n": 3}
print(d, d | {"a": 100}, {"z": 1} | d == {**{"z": 1}, **d}, d.popitem(), d)
keys, values, items = d.keys(), d.values(), d.items()
d["live"] = 1
print(keys, values, items, len(keys), "live" in keys, ("live", 1) in items, 1 in values, keys & {"a", "x"} == {"a"}, sorted(keys | {"x"}), sorted(keys - {"a"}), sorted(keys ^ {"a"}), keys == set(d), items == set(d.items()), keys.isdisjoint({"no"}), keys.mapping == d, list(reversed(values))[0], keys >= {"a"}, type(keys).__name__)
for call in (lambda: d["zz"], lambda: d[[]], lambda: d.pop("zz"), lambda: {}.popitem(), lambda: dict(5), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: dict(["abc"]), lambda: {[]: 1}, lambda: d.__delitem__("zz"), lambda: hash({}), lambda: {} < {}, lambda: d.update(5), lambda: d | [1], lambda: d.get(), lambda: dict.fromkeys(5), lambda: {**5}, lambda: dict(a=1, **{"a": 2}), lambda: d.keys()[0], lambda: d.fromkeys("a", 1, 2), lambda: d.get([]), lambda: dict(**{1: 2}), lambda: {}.pop(), lambda: d.items() < 5):
    try:
        print(call())
    except (KeyError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
for change in (lambda: d.pop("a"), lambda: d.update(more=1), lambda: d.clear()):
    try:
        for key in d:
            change()
    except RuntimeError as error:
        print(error)
d = {i: i for i in range(5)}
it = iter(d)
next(it)
del d[0]
d[9] = 9
try:
    print(list(it))
except RuntimeError as error:
    print(error)
d.clear()
d["self"] = d
print(d, d.values() == d.values(), {1: 1}.keys() == {1: 2}.keys(), {}.items() == [])
big = {}
for i in range(2000):
    big[i] = i
    big[str(i)] = i
for i in range(0, 2000, 2):
    del big[i]
for i in range(10):
    big[i] = -i
print(len(big), list(big)[:3], list(big)[-6:], sum(big.values()), big["1999"], 1998 in big, 1999 in big)


class Key:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return self.v % 3

    def __eq__(self, other):
        if 13 in (self.v, other.v):
            raise ZeroDivisionError("in eq")
        return self.v == other.v

    def __repr__(self):
        return f"K{self.v}"


table = {Key(i): i for i in range(8)}
print(table, table[Key(5)], Key(99) in table, table.pop(Key(3)), list(table))
try:
    table[Key(13)]
except ZeroDivisionError as error:
    print(error)
print({"b": 1, "a": 2} == {"a": 2, "b": 1}, list({"b": 1, "a": 2}), sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]), max({1: 5, 3: 2}), {1: 2}.__contains__(1), dict.__doc__[:6], {"a": {"b": {"c": 1}}}["a"]["b"]["c"], *{"x": 1, "y": 2})
