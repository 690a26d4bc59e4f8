"""Loops over ranges with every kind of step and bound, also beyond machine words."""


def total(r):
    result = count = 0
    for i in r:
        result += i
        count += 1
    return count, result


for _ in range(5):
    total(range(1000))
for r in (range(5000), range(10, 5000, 3), range(5000, 0, -1), range(5000, 10, -7), range(0), range(5, 5), range(3, 0), range(0, 3, -1), range(-3000, 3000), range(2**62 - 5, 2**62 + 5), range(2**63 - 3, 2**63 + 3), range(2**64, 2**64 + 10, 3), range(-(2**62) + 3, -(2**62) - 3, -1), range(2**31 - 2, 2**31 + 2), range(0, 2**70, 2**68), range(1, 10, 2**62), range(True, 5)):
    print(r, total(r))


def nested(n):
    result = 0
    for i in range(n):
        for j in range(i, n):
            for k in range(j, n, 2):
                result += i ^ j ^ k
    return result


print(nested(10), nested(40))


def modified(n):
    seen = []
    for i in range(n):
        i *= 2
        if i > 2 * n - 8:
            seen.append(i)
    return seen, i


print(modified(2000))
bound = 5
for i in range(bound):
    bound += 1
print(bound, i)
for args in ((1, 5, 0), ("a",), (1.0,), (), (1, 2, 3, 4), (None, 3)):
    try:
        range(*args)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


class Index:
    def __index__(self):
        return 4


print(list(range(Index())), range(10)[Index()], range(0, 10, 2)[1:4], range(10)[::-3], range(5) == range(0, 5, 1), hash(range(3)) == hash(range(0, 3)))
