"""min, max, sum, any, all, zip, enumerate and map in hot loops, with every kind of argument."""


def clamp(x, low, high):
    return max(low, min(x, high))


print(sum(clamp(i, 100, 900) for i in range(3000)))
for arguments in ((5, 1, 3), (0.5, 1, 3), (1, 1.0, 3), (True, 0, 1.0), (2**70, 0, 2**65), ("b", "a", "c"), (float("nan"), 0, 1), (-0.0, 0.0, 0), ([2], [1], [3])):
    print(arguments, clamp(*arguments))
try:
    clamp("a", 1, 2)
except TypeError as error:
    print(error)


def extremes(items):
    return min(items), max(items), sum(items), any(items), all(items)


for i in range(300):
    extremes([3, 1, 2])
print(extremes([3, 1, 2]), extremes((0.5, 2)), extremes({2**70, 1}), extremes([0]), extremes(range(5)))
print(sum([], 5), sum([[1], [2]], []), sum((1.5, 2)), sum([True, True]), sum([2**62, 2**62]), sum([0.1] * 10), sum([1, 2.5, 3]), sum(x for x in [1j, 2]))
print(min("banana"), max("banana", key="banan".rfind), min(3, 1, key=lambda v: -v), max([1, 2], default=0), max([], default=0), min([(1, "b"), (1, "a")]), max(["aa", "b"], key=len))
for call in (lambda: min(), lambda: min([]), lambda: max(1), lambda: max(1, 2, default=3), lambda: sum(["a"]), lambda: sum("ab", ""), lambda: sum(5), lambda: min(1, "a"), lambda: sum([b"a"], b"")):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


def pairs(a, b):
    total = 0
    for i, (x, y) in enumerate(zip(a, b), start=1):
        total += i * x * y
    return total


for _ in range(10):
    pairs(range(200), range(200))
print(pairs(range(2000), range(2000)), pairs([1, 2.5], (3, 4)), pairs([], [1]), pairs(iter([1]), "a" and [2]))
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as error:
    print(error)
print(list(map(pow, [2, 3], [3, 2])), list(map(None.__class__, [])), list(filter(None, [0, 1, "", "a"])), list(map(lambda a, b: a + b, "ab", "cd")), list(enumerate("ab", 2**62)))
calls = []
print(any(calls.append(x) or x > 2 for x in range(9)), calls, all(x < 3 for x in range(9)), any([]), all([]))
print(max(abs(i - 50) for i in range(2000)), min(map(len, ["aaa", "b"])), len(list(zip())), list(zip("ab")), dict(zip("ab", (1, 2))))
