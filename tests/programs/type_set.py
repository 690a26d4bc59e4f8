"""set and frozenset: construction, operators, methods, comparison, errors."""


def show(s):
    return sorted(s, key=repr)


a, b = {1, 2, 3}, {3, 4}
print(show(a | b), show(a & b), show(a - b), show(a ^ b), a <= {1, 2, 3, 4}, a < a, a >= {1}, a > {1}, a == {3, 2, 1}, a != b, a.isdisjoint({9}), a.issubset([1, 2, 3]), a.issuperset((1,)), 2 in a, 9 not in a, len(a), bool(set()), set(), {1}, frozenset(), frozenset([1]), set("hello") == set("ohell"), {*a, *b} == a | b, {x % 3 for x in range(10)})
print(show(a.union(b, [9])), show(a.intersection([1, 2], [2])), show(a.difference([1], [2])), show(a.symmetric_difference([3, 5])), a.copy() == a, a.copy() is a, type(frozenset([1]) | {2}).__name__, type({1} | frozenset([2])).__name__, frozenset([1, 2]) == {1, 2}, hash(frozenset([1, 2])) == hash(frozenset([2, 1])), {frozenset([1]): "f"}[frozenset([1])])
s = set(range(5))
s.add(10)
s.add(1)
s.discard(0)
s.discard(99)
s.remove(1)
s.update([20], (21,))
s |= {30}
s &= {2, 3, 10, 20, 30}
s -= {2}
s ^= {3, 4}
print(show(s), s.intersection_update([4, 10, 20]), show(s), s.difference_update([4]), show(s), s.symmetric_difference_update([1, 10]), show(s), s.pop() in (1, 20), len(s), s.clear(), s)
for call in (lambda: {1}.remove(2), lambda: set().pop(), lambda: {[]}, lambda: {1} | [2], lambda: {1} < 5, lambda: hash({1}), lambda: set(5), lambda: frozenset([1]).add(2), lambda: {1}.union(5), lambda: {1}[0], lambda: [] in {1}, lambda: {1} + {2}, lambda: {1}.add([]), lambda: set(1, 2), lambda: {1}.issubset(5), lambda: {1}.update(5), lambda: {1} & "a"):
    try:
        print(call())
    except (KeyError, TypeError, AttributeError) as error:
        print(type(error).__name__, error)
print({1, True, 1.0}, {0, False, 0.0}, {2**70} == {2.0**70}, {"a"} | set("b") == {"a", "b"}, {(1, 2), (1, 2)}, {None}, {frozenset([frozenset()])}, {1} in [{1}], frozenset([1]) in {frozenset([1])}, {frozenset([1])}.__contains__({1}))
items = set(range(10))
try:
    for x in items:
        items.remove(x)
except RuntimeError as error:
    print(error, len(items))
big = set()
for i in range(3000):
    big.add(i * i % 1013)
    if i % 3 == 0:
        big.discard(i)
print(len(big), sum(big), min(big), max(big), len(big & set(range(500))), len(big | {-1}), big.isdisjoint({-1}))
print(set.__doc__[:9] != "", repr({1}), str(frozenset({"a"})), sorted({3, 1, 2}, reverse=True), sum({1, 2, 3}), {1, 2}.__len__(), {1} == frozenset({1}), {1, 2} > {1}, ({1} | {2}).issuperset({2}), not {1}.isdisjoint({1}))
class Weird(set):
    pass
w = Weird([1])
w.attribute = 1
print(w, w | {2}, type(w | {2}).__name__, w == {1})
