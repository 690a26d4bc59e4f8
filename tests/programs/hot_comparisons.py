"""Every comparison in hot code, with mixed numbers, strings, containers, and types that refuse."""


def compare(a, b):
    return a < b, a <= b, a == b, a != b, a >= b, a > b


for i in range(4000):
    compare(i, 2000)
pairs = [(1, 1.0), (1, 1.5), (2**53, 2.0**53), (2**53 + 1, 2.0**53), (2**62, 2.0**62), (2**62 - 1, 2.0**62), (2**63, 1e300), (10**400, 1e300), (-(10**400), float("-inf")), (10**400, float("inf")), (1, float("nan")), (True, 1), (True, 0.5), (2**70, 2**70), (2**70, 2**71), ("a", "b"), ("a", "aa"), ("é", "z"), ((1, 2), (1, 3)), ((1,), (1, 0)), ([1, 2], [1, 2]), ([], [0]), (b"a", b"b"), ({1}, {1, 2}), ({1}, {2})]
for a, b in pairs:
    print(str(a)[:12], str(b)[:12], *compare(a, b), *compare(b, a))
for a, b in ((1, "a"), (None, 1), ([], ()), (1j, 1), ({}, {}), ("a", b"a"), (object, 3), (1, None)):
    for operator in ("<", "<=", ">", ">="):
        try:
            eval(f"a {operator} b", {"a": a, "b": b})
        except TypeError as error:
            print(error)
    print(a == b, a != b)


class Money:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n if isinstance(other, Money) else NotImplemented

    def __eq__(self, other):
        return self.n == other.n if isinstance(other, Money) else NotImplemented


def smallest(items):
    best = items[0]
    for item in items:
        if item < best:
            best = item
    return best


for _ in range(20):
    smallest([Money(5), Money(3), Money(4)] * 30)
print(smallest([Money(5), Money(3)]).n, smallest([3, 1.5, True, -2]), smallest(["b", "a"]), Money(2) > Money(1), Money(1) == 1, Money(1) != Money(1))
try:
    Money(1) < 5
except TypeError as error:
    print(error)
try:
    Money(1) <= Money(2)
except TypeError as error:
    print(error)
try:
    hash(Money(1))
except TypeError as error:
    print(error)


class Chatty:
    def __eq__(self, other):
        return "equal"

    def __lt__(self, other):
        return []

    def __contains__(self, item):
        return "yes"


print(Chatty() == 1, 1 == Chatty(), Chatty() < 1, 1 > Chatty(), 1 in Chatty(), Chatty() != 1, [Chatty() == 2 for _ in range(2)])
nan = float("nan")
print([nan] == [nan], nan in [nan], nan == nan, (nan,) < (nan,), [1, nan] < [1, 2])
calls = []


def noisy(x):
    calls.append(x)
    return x


print(noisy(1) < noisy(2) < noisy(0) < noisy(5), calls)
