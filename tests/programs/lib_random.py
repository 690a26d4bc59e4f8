"""random with seeds: the same numbers as CPython from every function."""

import random

r = random.Random(42)
print([r.random() for _ in range(3)], r.randint(1, 100), r.randrange(0, 100, 7), r.choice("abcdef"), r.uniform(1, 2), r.getrandbits(70), r.gauss(0, 1), r.gauss(0, 1), r.normalvariate(0, 1), r.expovariate(2), r.betavariate(2, 3), r.gammavariate(2, 1), r.lognormvariate(0, 1), r.paretovariate(3), r.weibullvariate(1, 2), r.vonmisesvariate(0, 1), r.triangular(0, 1, 0.3), r.randbytes(5), r.binomialvariate(10, 0.3))
items = list(range(10))
r.shuffle(items)
print(items, r.sample(range(100), 5), r.choices("abc", k=6), r.choices([1, 2], weights=[1, 9], k=5), r.choices("xy", cum_weights=[1, 3], k=4), r.sample("aab", counts=[1, 1, 2], k=2))
for seed in (0, 1, -5, 2**40, 2**200, 1.5, "text", b"bytes", 7):
    random.seed(seed)
    print(seed if not isinstance(seed, int) or seed < 2**50 else "big", random.random(), random.getrandbits(32), random.randint(-5, 5))
random.seed("x", version=1)
print(random.random())
state = random.getstate()
a = [random.random() for _ in range(1000)]
random.setstate(state)
print(a == [random.random() for _ in range(1000)], len(state), state[0])
random.seed(5)


def walk(n):
    x = y = 0
    for _ in range(n):
        step = random.choice([(0, 1), (1, 0), (0, -1), (-1, 0)])
        x += step[0]
        y += step[1]
    return x, y


def estimate(n):
    inside = 0
    for _ in range(n):
        x, y = random.random(), random.random()
        if x * x + y * y < 1:
            inside += 1
    return 4 * inside / n


print(walk(5000), estimate(5000), sum(random.randrange(100) for _ in range(3000)), sum(random.getrandbits(k % 90) for k in range(500)) % 10**9)
for call in (lambda: random.randint(5, 1), lambda: random.randrange(0), lambda: random.choice([]), lambda: random.sample([1], 2), lambda: random.choices([], k=1), lambda: random.getrandbits(-1), lambda: random.randrange(1.5), lambda: random.choices([1], weights=[1, 2]), lambda: random.seed([]), lambda: random.randrange(1, 5, 0), lambda: random.sample({1, 2}, 1), lambda: random.shuffle((1, 2)), lambda: random.choices([1], weights=[0])):
    try:
        print(call())
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)


class Fixed(random.Random):
    def random(self):
        return 0.25


f = Fixed()
print(f.random(), f.uniform(0, 4), f.choice("abcd"), f.randint(1, 8))
