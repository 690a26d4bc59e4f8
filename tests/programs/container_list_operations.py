"""Lists against slices and loops: every method, every slice, growth and shrinking, self-reference."""

import random

random = random.Random(11)
bounds = [None, -7, -4, -3, -1, 0, 1, 2, 4, 6, 2**70, -(2**70)]
steps = [None, 1, 2, 3, -1, -2, -3, 2**65, -(2**65)]


def indices(length, start, stop, step):
    return list(range(length))[slice(start, stop, step)]


for length in (0, 1, 4, 5):
    base = [f"v{n}" for n in range(length)]
    for start in bounds:
        for stop in bounds:
            for step in steps:
                where = slice(start, stop, step)
                places = list(range(*where.indices(length)))
                assert base[where] == [base[n] for n in places]
                assert tuple(base)[where] == tuple(base[n] for n in places)
                copy = base[:]
                del copy[where]
                assert copy == [v for n, v in enumerate(base) if n not in places]
                copy = base[:]
                if step in (None, 1):
                    first = where.indices(length)[0]
                    copy[where] = "xyz"
                    rest = base[: first] + list("xyz") + base[first + len(places) :]
                    assert copy == rest, (where, copy, rest)
                else:
                    copy[where] = range(len(places))
                    for n, place in enumerate(places):
                        assert copy[place] == n
print("slices agree")

items, model = [], ()
for step in range(3000):
    action, value = random.random(), random.randrange(50)
    if action < 0.35:
        items.append(value)
        model += (value,)
    elif action < 0.45:
        at = random.randrange(-30, 30)
        items.insert(at, value)
        place = max(at + len(model), 0) if at < 0 else min(at, len(model))
        model = model[:place] + (value,) + model[place:]
    elif action < 0.60 and items:
        at = random.randrange(-len(items), len(items))
        place = at % len(items)
        assert items.pop(at) == model[place]
        model = model[:place] + model[place + 1 :]
    elif action < 0.65:
        items.extend(range(value % 7))
        model += tuple(range(value % 7))
    elif action < 0.70:
        items += (value,) * 2
        model += (value, value)
    elif action < 0.75 and value in items:
        items.remove(value)
        place = model.index(value)
        model = model[:place] + model[place + 1 :]
    elif action < 0.78:
        items.reverse()
        model = model[::-1]
    elif action < 0.80:
        items *= value % 3
        model *= value % 3
    elif action < 0.82:
        del items[: len(items) // 2]
        model = model[len(model) // 2 :]
    elif action < 0.83:
        items = items + items[:3]
        model = model + model[:3]
    if len(items) > 400:
        del items[100:]
        model = model[:100]
    assert tuple(items) == model and items.count(value) == model.count(value) and (value in items) == (value in model)
print(len(items))

big = list(range(100_000))
while len(big) > 10:
    del big[len(big) // 2 :]
print(big, len([None] * 70_000), [1, 2] * 3, 0 * [1], -5 * (1, 2), (1,) * 4)
grow = []
for n in range(50_000):
    grow.append(n)
while grow:
    grow.pop()
print(grow)
a = [1, 2, 3]
a.extend(a)
a += a
a[1:1] = a
print(a)
a[:] = a[::-2]
print(a, a[5:2], a[-2:], a * 2)
a.append(a)
print(a, (a,), {1: a}, [a] == [a], a[-1] is a)
b = [1, 2, 3, 4]
for x in b:
    if x < 4:
        b.append(x + 10)
    if len(b) > 9:
        break
print(b)
it = iter([1, 2, 3])
print([next(it), it.__length_hint__(), list(it), list(it)])
c = [1]
it = iter(c)
print(list(it))
c.append(2)
print(list(it), c)
print([1, 2] < [1, 3], [1, 2] < [1, 2, 0], [] < [0], [2] > [1, 5], [1, [2]] == [1, [2]], [1] == (1,), (1, 2) <= (1, 2))
print([1, 2, 3].index(2), [1, 2, 1].index(1, 1), [1, 2, 1].index(1, -1, 10), (5, 6, 5).index(5, 1), (1, 1).count(1))
print(list("abc"), list({1: 2}), list(range(3)), list(), tuple("ab"), tuple([1]), list((1, 2)), [*"xy", *[1]])


class Eager:
    """Takes items away from the list while they are compared."""

    def __init__(self, l):
        self.l = l

    def __eq__(self, other):
        self.l.clear()
        return False


l = [1, 2, 3]
print(Eager(l) in l, l)
l = [1, 2, 3]
l[0] = Eager(l)
print(l.count(2), l)
l = [1]
l[0] = Eager(l)
print(l == [5, 6], l == [7])
l = []
print([l, l].count(l), l in [l], l.copy() is l, l[:] is l, tuple((1,)) == (1,))
