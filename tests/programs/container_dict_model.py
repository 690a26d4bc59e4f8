"""Dicts against a model: pairs in a list, compared after each of thousands of random steps; keys collide on purpose."""

import random


class Key:
    def __init__(self, n, spread):
        self.n, self.spread = n, spread

    def __hash__(self):
        return self.n % self.spread

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"K{self.n}"


class Model:
    def __init__(self):
        self.pairs = []

    def find(self, key):
        for place, (other, _) in enumerate(self.pairs):
            if other == key:
                return place
        return None

    def set(self, key, value):
        place = self.find(key)
        if place is None:
            self.pairs.append((key, value))
        else:
            self.pairs[place] = (self.pairs[place][0], value)

    def delete(self, key):
        place = self.find(key)
        if place is None:
            return False
        del self.pairs[place]
        return True


def key_makers(random):
    strings = [f"name{n}" for n in range(60)]
    return {
        "ints": lambda: random.randrange(-40, 60),
        "strings": lambda: random.choice(strings),
        "floats": lambda: random.randrange(60) / 4,
        "mixed": lambda: random.choice([random.randrange(20), str(random.randrange(20)), (random.randrange(9), "x"), None, True]),
        "colliding": lambda: Key(random.randrange(50), 3),
        "spread": lambda: Key(random.randrange(50), 1 << 40),
        "big": lambda: random.randrange(30) << 80,
    }


def run(kind, make, steps, random):
    d, model = {}, Model()
    for step in range(steps):
        action, key = random.random(), make()
        if action < 0.45:
            d[key] = step
            model.set(key, step)
        elif action < 0.70:
            if key in d:
                del d[key]
                assert model.delete(key)
            else:
                assert model.find(key) is None
        elif action < 0.75:
            place = model.find(key)
            assert d.get(key, "no") == ("no" if place is None else model.pairs[place][1])
        elif action < 0.80:
            place = model.find(key)
            got = d.pop(key, "no")
            assert got == ("no" if place is None else model.pairs[place][1])
            model.delete(key)
        elif action < 0.84:
            if model.pairs:
                assert d.popitem() == model.pairs.pop()
        elif action < 0.90:
            place = model.find(key)
            got = d.setdefault(key, step)
            if place is None:
                model.set(key, step)
                assert got == step
            else:
                assert got == model.pairs[place][1]
        elif action < 0.93:
            other = {make(): -n for n in range(5)}
            d.update(other)
            for k, v in other.items():
                model.set(k, v)
        elif action < 0.95:
            d = d.copy()
        elif action < 0.97:
            other = {make(): n for n in range(3)}
            d = d | other
            for k, v in other.items():
                model.set(k, v)
        elif action < 0.972:
            d.clear()
            model.pairs.clear()
        assert len(d) == len(model.pairs)
        if step % 16 == 0:
            assert list(d.items()) == model.pairs, (kind, step)
            assert list(d) == [k for k, _ in model.pairs]
            assert list(d.values()) == [v for _, v in model.pairs]
            assert list(reversed(d.items())) == model.pairs[::-1]
            assert d == dict(model.pairs)
    print(kind, len(d), sorted(map(repr, d))[:5])


random = random.Random(20261122)
for kind, make in key_makers(random).items():
    run(kind, make, 3000, random)

large = {}
for n in range(70_000):
    large[n * 7919 % 100_003] = n
for n in range(0, 70_000, 3):
    del large[n * 7919 % 100_003]
print(len(large), sum(large), sum(large.values()))
for n in range(50):
    large[-n] = n
print(list(large)[:5], list(large)[-5:])

queue = {}
for n in range(20_000):
    queue[n] = None
    if len(queue) > 10:
        del queue[next(iter(queue))]
print(list(queue))
