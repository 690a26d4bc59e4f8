"""range and slice objects: attributes, membership, comparison, indices, hashing, errors."""

for r in (range(5), range(2, 8), range(0, 10, 3), range(10, 0, -3), range(0), range(5, 0), range(-5, 5, 2), range(2**64, 2**64 + 3), range(True)):
    print(r, list(r), len(r), r.start, r.stop, r.step, bool(r), list(reversed(r)), r[::-1], r[1:], list(r[-2:]), 3 in r, 3.0 in r, "a" in r, r.count(3), sum(r), r == range(r.start, r.stop, r.step))
print(range(0) == range(5, 5), range(0, 3, 2) == range(0, 4, 2), range(3) == [0, 1, 2], range(1, 10, 3).index(7), range(10)[3], range(10)[-1], range(0, 100, 7)[3:9:2], hash(range(0)) == hash(range(3, 3)), {range(3): 1}[range(3)], 2**70 in range(2**71), range(2**80)[2**79], range(10).__contains__(5.5), max(range(5)), sorted(range(3), reverse=True), tuple(range(3)), *range(2))
for call in (lambda: range(10)[10], lambda: range(1.5), lambda: range(1, 2, 0), lambda: range(), lambda: range("a"), lambda: range(3).index(5), lambda: len(range(2**64)), lambda: range(3)["a"], lambda: range(3) + range(2), lambda: range(3) < range(4), lambda: range(3).__setitem__(0, 1), lambda: setattr(range(3), "start", 1), lambda: range(3)[::0], lambda: range(None)):
    try:
        print(call())
    except (IndexError, TypeError, ValueError, OverflowError, AttributeError) as error:
        print(type(error).__name__, error)
for s in (slice(5), slice(1, 5), slice(None, None, -1), slice(-3, None), slice("a", "b"), slice(2, 100, 3), slice(100, 2, -3)):
    print(s, s.start, s.stop, s.step, s.indices(10) if not isinstance(s.stop, str) else "", s == slice(s.start, s.stop, s.step), "abcdefghij"[s] if not isinstance(s.stop, str) else "")
print(slice(1, 2) < slice(1, 3), hash(slice(1, 2)) == hash(slice(1, 2)), slice(1) != slice(2), {slice(1): 5}[slice(1)])
for call in (lambda: slice(), lambda: slice(1).indices(-1), lambda: slice(1, 2, 0).indices(5), lambda: slice("a").indices(5), lambda: [1]["a":], lambda: slice(1) < 5, lambda: setattr(slice(1), "start", 2), lambda: slice(1, 2, 3, 4), lambda: slice(1.0).indices(3)):
    try:
        print(call())
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)


class Index:
    def __index__(self):
        return 3


print("abcdef"[Index():], slice(Index()).indices(10), range(Index(), 10, Index()), "abc"[-(2**70):2**70], [1, 2, 3][2**70:], "abcdef"[::2**70])
it = iter(range(3))
print(next(it), it.__length_hint__(), list(it), list(it), type(it).__name__, type(iter(range(2**65, 2**66))).__name__)
