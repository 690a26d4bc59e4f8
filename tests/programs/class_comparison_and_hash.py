"""Rich comparison, total_ordering, hash, and what defining __eq__ does to __hash__."""

import functools


class Eq:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        return self.v == other.v if isinstance(other, Eq) else NotImplemented


class EqHash(Eq):
    def __hash__(self):
        return hash(self.v)


class ChildOfEq(Eq):
    pass


print(Eq(1) == Eq(1), Eq(1) != Eq(1), Eq(1) == 1, Eq.__hash__, EqHash(1) == Eq(1), ChildOfEq.__hash__)
for item in (Eq(1), ChildOfEq(1)):
    try:
        hash(item)
    except TypeError as error:
        print(error)
try:
    {Eq(1)}
except TypeError as error:
    print(error)
print(len({EqHash(1), EqHash(1), EqHash(2)}), {EqHash(1): "a"}[EqHash(1)])


@functools.total_ordering
class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts

    def __repr__(self):
        return ".".join(map(str, self.parts))


print(Version(1, 2) <= Version(1, 3), Version(2) > Version(1, 9), Version(1) >= Version(1), sorted([Version(3), Version(1, 5), Version(1)]), max(Version(1), Version(2)))


class Log:
    def __init__(self, name, answer):
        self.name, self.answer = name, answer

    def compare(self, other, op):
        print(self.name, op, getattr(other, "name", other), end="; ")
        return self.answer

    __lt__ = lambda s, o: s.compare(o, "<")
    __le__ = lambda s, o: s.compare(o, "<=")
    __gt__ = lambda s, o: s.compare(o, ">")
    __ge__ = lambda s, o: s.compare(o, ">=")
    __eq__ = lambda s, o: s.compare(o, "==")
    __ne__ = lambda s, o: s.compare(o, "!=")


class LogChild(Log):
    pass


yes, no, child = Log("yes", True), Log("no", NotImplemented), LogChild("child", "c")
for op in ("<", "<=", ">", ">=", "==", "!="):
    for left, right in ((yes, no), (no, yes), (no, no), (yes, child), (no, 5), (5, no)):
        try:
            print(eval(f"left {op} right"))
        except TypeError as error:
            print(error)


class BadHash:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return self.value


for value in (2**70, -1, True, "x", 1.5, None, 2**61 - 1, -(2**61)):
    try:
        print(hash(BadHash(value)))
    except TypeError as error:
        print(error)
print(hash(1) == hash(1.0) == hash(True), hash(2**61 - 1), hash(2**61), hash(-1), hash(-2), hash(0.5), hash(1e300), hash(float("-inf")), hash(1 + 2j), hash(()) == hash(()), hash((1, 2)), hash(None) == hash(None), hash(frozenset()) == hash(frozenset()))
for item in ([], {}, set(), bytearray(), slice(1, []), ([],)):
    try:
        hash(item)
    except TypeError as error:
        print(error)
collide = {BadHash(1): i for i in range(50)}
print(len(collide), len({BadHash(7) for _ in range(100)}))
e = Eq(5)
print(e in [1, e], [1, e].index(e), [Eq(1), Eq(2)].index(Eq(2)), [Eq(1)].count(Eq(1)), (Eq(1), 2) == (Eq(1), 2), {1: Eq(1)} == {1: Eq(1)}, [Eq(1)] != [Eq(2)])
