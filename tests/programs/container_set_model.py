"""Sets against a model; the order in which small integers come out is CPython's."""

import random


def run(kind, make, steps, random):
    s, model = set(), []
    for step in range(steps):
        action, key = random.random(), make()
        if action < 0.40:
            s.add(key)
            if key not in model:
                model.append(key)
        elif action < 0.60:
            s.discard(key)
            if key in model:
                model.remove(key)
        elif action < 0.65:
            try:
                s.remove(key)
                model.remove(key)
            except KeyError:
                assert key not in model
        elif action < 0.70:
            if s:
                model.remove(s.pop())
        elif action < 0.75:
            other = {make() for _ in range(6)}
            s |= other
            model += [k for k in other if k not in model]
        elif action < 0.80:
            other = {make() for _ in range(30)}
            s &= other
            model = [k for k in model if k in other]
        elif action < 0.85:
            other = {make() for _ in range(4)}
            s -= other
            model = [k for k in model if k not in other]
        elif action < 0.90:
            other = {make() for _ in range(4)}
            s ^= other
            model = [k for k in model if k not in other] + [k for k in other if k not in model]
        elif action < 0.92:
            s = set(list(s))
        elif action < 0.94:
            s = s.copy()
        assert len(s) == len(model)
        assert (key in s) == (key in model)
        if step % 8 == 0:
            assert s == set(model) and frozenset(s) == s and hash(frozenset(s)) == hash(frozenset(model))
            assert s <= set(model) <= s and not s < set(model)
            assert sorted(s, key=repr) == sorted(model, key=repr)
    print(kind, list(s)[:12] if kind == "ints" else "as the model")


random = random.Random(7)
run("ints", lambda: random.randrange(100), 4000, random)
run("wide", lambda: random.randrange(40) << 62, 1500, random)
run("tuples", lambda: (random.randrange(8), random.randrange(8)), 1500, random)
run("strings", lambda: f"s{random.randrange(60)}", 1500, random)

# Orders.
print(set(range(20)), {8, 16, 24, 0}, {33, 1, 65, 97, 129, 3})
print([list({n * 37 % 101 for n in range(k)}) for k in (3, 5, 9, 20, 40)])
print(set(range(0, 2000, 97)), {-1, -2, -3}, {2**61 - 1, 0, 2**61, 1})
s = set(range(30))
for n in range(0, 30, 3):
    s.discard(n)
print(s)
s |= {100, 200, 3, 6}
print(s, s.pop(), s.pop(), s)
print(set(range(10)) - {1, 2}, set(range(10)) & {8, 1, 30}, {1, 2} | {9, 8}, {1, 2, 40} ^ {2, 50, 8})
print(set(range(100)) - set(range(0, 100, 2)) - {1}, set(range(70)).difference([1, 2], range(5, 60)))
print(set(range(12)).intersection([11, 5, 20, 3]), {3, 1}.union([77, 12], (5,)), {1, 2}.symmetric_difference([2, 2, 3]))
print(set({5: 1, 3: 2, 11: 0}), set({5: 1}.keys() | {12, 4}), frozenset([9, 1, 17]))
for x in {7, 3, 11, 19}:
    print(x, end=" ")
print([x for x in {64, 32, 16, 8, 4, 2, 1}], 5 in {1, 5, 9})
print(hash(frozenset()), hash(frozenset([1, 2, 3])), hash(frozenset(range(100))), hash(frozenset([(1, 2), None])))
print({1, 2} < {1, 2, 3}, {1, 2} <= {1, 2}, {1} > set(), {1, 2} >= {1, 3}, {1} == frozenset([1]), {1} != [1])
print({1}.isdisjoint([2]), {1}.isdisjoint({1: 2}), {1, 2}.issubset([1, 2, 3]), {1, 2}.issuperset(iter([1])))
big = set(range(100_000))
big -= set(range(50_000))
print(len(big), sum(big), min(big), len(big & set(range(99_990, 100_010))))
