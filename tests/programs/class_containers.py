"""User containers: __len__, __contains__, __iter__, __reversed__, __getitem__ with slices, __missing__, __length_hint__."""


class Deck:
    def __init__(self, items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Deck(self.items[index])
        return self.items[index]

    def __setitem__(self, index, value):
        self.items[index] = value

    def __delitem__(self, index):
        del self.items[index]

    def __repr__(self):
        return f"Deck({self.items})"


d = Deck(range(5))
print(len(d), d[1], d[-1], d[1:3], d[::-1], list(d), 3 in d, 9 in d, list(reversed(d)), bool(d), bool(Deck([])))
d[0] = "a"
d[1:3] = "xyz"
del d[-1]
del d[:1]
print(d, max(Deck([1, 5, 2])), sorted(Deck("hello")), *Deck("ab"))


class Slices:
    def __getitem__(self, key):
        return key


s = Slices()
print(s[1], s[1:2], s[1:2:3], s[:], s[::2], s[1, 2], s[1:2, 3], s[..., None], s[()], s[(1,)], s["a":"b"], s[*[1, 2]], s[1, *(2, 3)], s[-1])


class Contains:
    def __contains__(self, item):
        return item == 42


class Iterates:
    def __iter__(self):
        return iter([1, 2, 3])


class Refuses:
    __contains__ = None
    __iter__ = None
    __getitem__ = lambda self, i: i


print(42 in Contains(), 1 in Contains(), 2 in Iterates(), 5 not in Iterates(), *Iterates())
for action in (lambda: 1 in Refuses(), lambda: iter(Refuses()), lambda: 1 in 5, lambda: len(5), lambda: iter(5), lambda: next(5), lambda: reversed(Iterates()), lambda: list(Contains()), lambda: Contains()[1], lambda: 1 in "abc", lambda: reversed({1})):
    try:
        action()
    except TypeError as error:
        print(error)


class Length:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


for n in (0, 5, True, -1, 1.0, "x", 2**63, None):
    try:
        print(len(Length(n)), bool(Length(n)))
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)


class Hint:
    def __init__(self, hint):
        self.hint = hint

    def __length_hint__(self):
        return self.hint

    def __iter__(self):
        return iter((1, 2))


import operator

print([operator.length_hint(Hint(h), 7) for h in (3, NotImplemented)], list(Hint(100)), operator.length_hint(5, 9))
try:
    list(Hint(-1))
except ValueError as error:
    print(error)


class Index:
    def __init__(self, v):
        self.v = v

    def __index__(self):
        return self.v


print([10, 20, 30][Index(1)], "abc"[Index(-1)], [1, 2, 3][Index(0):Index(2)], list(range(Index(3))), "x" * Index(2), bin(Index(5)), int(Index(7)), hex(Index(255)))
for v in (1.5, "a", None):
    try:
        [1][Index(v)]
    except TypeError as error:
        print(error)
try:
    [1][Index(2**70)]
except IndexError as error:
    print(error)


class Reversible:
    def __reversed__(self):
        return "any object"


print(reversed(Reversible()))
