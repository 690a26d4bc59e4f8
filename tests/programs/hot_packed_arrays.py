"""array.array items in hot loops: every type code, indices out of bounds, values that don't fit, arrays that grow, shrink and change kind."""

from array import array


def total(a, times):
    result = 0
    for _ in range(times):
        for i in range(len(a)):
            result += a[i]
    return result


for code in "bBhHiIlLqQfd":
    print(code, total(array(code, [1, 2, 3, 100]), 600))
print(total(array("b", [-1, -128, 127]), 700), total(array("q", [-5, 6]), 700), total([1, 2.5], 700))


def fill(a, value, times):
    for t in range(times):
        for i in range(len(a)):
            a[i] = value + t % 7
    return list(a)


for code in "bBhHiIlqfd":
    print(code, fill(array(code, bytes(32)), 3, 400))
print(fill(array("d", [0.0] * 3), 0.5, 800), fill(array("f", [0.0] * 3), 1 / 3, 800), fill(array("d", [0.0] * 3), 7, 800))


def store(a, values):
    errors = []
    for n, value in enumerate(values):
        try:
            a[n % len(a)] = value
        except (OverflowError, TypeError) as error:
            errors.append((n, type(error).__name__, str(error)))
    return list(a), errors


for code, limit in (("b", 127), ("B", 255), ("h", 32767), ("H", 65535), ("i", 2**31 - 1), ("I", 2**32 - 1), ("q", 2**63 - 1)):
    values = [1] * 3000 + [limit, limit + 1, -limit - 1, -limit - 2, -1, 2.5, "x", None, 2**70, True] + [2] * 50
    print(code, store(array(code, [0] * 5), values))
print(store(array("d", [0] * 5), [1.5] * 3000 + [7, 2**70, True, "x", None, float("inf"), -0.0, 10**400]))


def at(a, indices):
    found = []
    for i in indices:
        try:
            found.append(a[i])
        except IndexError as error:
            found.append(str(error))
    return found[-8:]


print(at(array("i", range(10)), [i % 10 for i in range(4000)] + [-1, -10, 9, 10, -11, 2**63, -(2**64)]))
big = array("q", [2**62 - 1, 2**62, -(2**62), -(2**62) - 1, 2**63 - 1, -(2**63)])
print([sum(big[j] for j in range(6)) for _ in range(3)], at(big, [i % 2 for i in range(3000)] + [0, 1, 2, 3, 4, 5]))


def grow(times):
    a = array("d")
    s = 0.0
    for i in range(times):
        a.append(i * 0.5)
        s += a[i] + a[-1] + a[len(a) // 2]
        if i % 1000 == 999:
            del a[: len(a) // 3]
            a.extend([0.25] * (i + 1 - len(a)))
    return s, len(a)


print(grow(5000))


class Sub(array):
    def __getitem__(self, index):
        return 1000 + super().__getitem__(index)


def mixed(things, times):
    result = 0
    for t in range(times):
        result += things[t % len(things)][1]
    return result


print(mixed([array("i", [1, 2])], 3000), mixed([array("i", [1, 2]), array("d", [1, 2.5]), [1, 2], (1, 3)], 4000))
print(mixed([Sub("i", [1, 2])], 3000), mixed([Sub("i", [1, 2]), array("i", [1, 2])], 4000))
