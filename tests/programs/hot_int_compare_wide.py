"""Integer comparisons and equality in hot loops at the edges where a value stops being small."""


def classify(a, b):
    if a < b:
        return -1
    if a == b:
        return 0
    return 1


def count(pairs):
    table = {-1: 0, 0: 0, 1: 0}
    for a, b in pairs:
        table[classify(a, b)] += 1
    return table


print(count([(i, 500) for i in range(3000)]))
edges = [s * 2**e + d for e in (30, 31, 32, 53, 61, 62, 63, 64) for s in (1, -1) for d in (-1, 0, 1)]
print(count([(a, b) for a in edges for b in edges]))
print([classify(a, float(a)) for a in edges])
print([a == b for a, b in zip(edges, sorted(edges))].count(True), sorted(edges) == sorted(edges, key=lambda v: (v, 1)), max(edges), min(edges), len(set(edges)), len({float(e) for e in edges}))


def bounded(limit):
    n = limit - 5000
    steps = 0
    while n < limit:
        n += 1
        steps += 1
        if n == limit - 1:
            steps += 100000
        if n != limit and n >= limit:
            steps = -1
    return steps


print([bounded(2**e) for e in (13, 31, 61, 62, 63, 64)])


def is_small(n):
    return n in (5, 2**62, 2**63)


print([is_small(n) for n in (5, 2**62, 2**62 - 1, 2**63, 5.0, True)])
