"""Dicts and sets that change while they are looked into: by __eq__, by __hash__, during iteration and update."""


class Meddler:
    """Its __eq__ does something to the container once, then says no or yes."""

    def __init__(self, action, answer=False):
        self.action, self.answer = action, answer

    def __hash__(self):
        return 1

    def __eq__(self, other):
        action, self.action = self.action, None
        if action:
            action()
        return self.answer


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "!!", type(error).__name__, error)


for answer in (False, True):
    d = {1: "one", 1 + (2**61 - 1): "wraps"}
    key = Meddler(lambda: d.clear(), answer)
    attempt(f"get during clear, {answer}", lambda: d.get(key, "absent"))
    print(d)

    d = {1: "one", 2: "two"}
    key = Meddler(lambda: d.update({n: n for n in range(100)}), answer)
    attempt(f"set during growth, {answer}", lambda: d.__setitem__(key, "new"))
    print(len(d), list(d.values())[:3], d[1])

    d = {1: "one", 2: "two"}
    key = Meddler(lambda: d.pop(1), answer)
    attempt(f"delete during deletion, {answer}", lambda: d.pop(key, "absent"))
    print(d)

    s = {1, 2}
    key = Meddler(lambda: s.clear(), answer)
    attempt(f"in set during clear, {answer}", lambda: key in s)
    print(s)

    s = {1, 2}
    key = Meddler(lambda: s.update(range(100)), answer)
    attempt(f"add during growth, {answer}", lambda: s.add(key))
    print(len(s))

    s = {1, 2}
    key = Meddler(lambda: s.discard(1), answer)
    attempt(f"discard during discard, {answer}", lambda: s.discard(key))
    print(s)


def changing(d, change):
    seen = []
    for key in d:
        seen.append(key)
        change(d, key)
    return seen


attempt("add during iteration", lambda: changing({1: 1, 2: 2}, lambda d, k: d.__setitem__(k + 10, 0)))
attempt("delete during iteration", lambda: changing({1: 1, 2: 2}, lambda d, k: d.pop(k)))
attempt("replace during iteration", lambda: changing({1: 1, 2: 2}, lambda d, k: d.__setitem__(k, 0)))


def swap(d, k):
    del d[k]
    d[k + 100] = 0


attempt("swap during iteration", lambda: changing({1: 1, 2: 2, 3: 3}, swap))
attempt("set add", lambda: [s.add(x + 50) for s in [{1, 2}] for x in s])
attempt("set clear", lambda: [s.clear() for s in [{1, 2}] for x in s])

d = {1: 1, 2: 2}
it = iter(d)
next(it)
d[3] = 3
attempt("first", lambda: next(it))
del d[3]
attempt("still broken", lambda: next(it))

other = {Meddler(None): 1}


class Growing:
    def __hash__(self):
        return 1

    def __eq__(self, them):
        other[len(other)] = 0
        return False


attempt("update while the source grows", lambda: {Growing(): 0}.update(other))


class Unhashable:
    def __hash__(self):
        raise ValueError("no hash today")


for label, function in {
    "dict": lambda: {Unhashable(): 1},
    "set": lambda: {Unhashable()},
    "list key": lambda: {}[[]],
    "nested": lambda: {([],)},
    "get": lambda: {}.get({}),
    "in": lambda: {} in {1: 2},
    "set in set": lambda: {1} in {frozenset([1])},
    "list in set": lambda: [1] in {1},
    "remove": lambda: {1}.remove([]),
    "discard set": lambda: {frozenset([2])}.discard({2}),
    "fromkeys": lambda: dict.fromkeys([[]]),
}.items():
    attempt(label, function)


class Equalish:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        return self.n == other


d = {Equalish("key"): 1, "other": 2}
print(d["key"], "key" in d, d.get("other"), d.pop("key"), len(d))
d = {"key": 1}
print(d[Equalish("key")], Equalish("nothing") in d)


class Text(str):
    def __eq__(self, other):
        return False

    __hash__ = str.__hash__


d = {Text("a"): 1}
print("a" in d, Text("a") in d, d.get("a"), {"a": 1}.get(Text("a")))
nan = float("nan")
d = {nan: 1, float("nan"): 2}
print(len(d), d[nan], nan in {nan}, float("nan") in d)
print({1: "a", 1.0: "b", True: "c"}, {0: 1, -0.0: 2, False: 3}, {2**64: 1, float(2**64): 2})
