"""list: every method, slicing, assignment to slices, comparison, sorting, errors."""

a = [3, 1, 2]
a.append(4)
a.extend("ab")
a.insert(1, "i")
a.insert(-1, "n")
a.insert(100, "end")
print(a, a.pop(), a.pop(0), a.pop(-2), a, a.index(1), a.count(2), a.remove(2), a, a.reverse(), a, a.copy() is a, a.clear(), a)
a = list(range(10))
print(a[2:5], a[:3], a[7:], a[:], a[::3], a[::-1], a[8:2:-2], a[-3:], a[:-7], a[20:], a[5:2], a[-100:2], a[2:100], a[None:None], a[True:3])
a[2:4] = ["x"]
a[5:5] = [50, 51]
a[::4] = [0] * len(a[::4])
a[-1:] = []
del a[1::3]
print(a)
a[:] = range(3)
a[1:1] = a
a += a
a *= 2
print(a, [] * 5, [[]] * 3, [1] + [2], [1, 2] == [1, 2], [1] < [1, 0], [2] > [1, 9], [1, "a"] == [1, "a"], [] < [0], 2 in a, "z" not in a, len(a), min(a), max(a), sum(a), list(reversed([1, 2])), a.__contains__(1), [1, [2, [3]]], repr([]), str(["a", 'b"', None, 1.0]), list("abc"), list((1, 2)), list({1: 2}), list(), [*range(3)])
s = sorted([3, 1, 2], reverse=True), sorted("bca"), sorted([("b", 1), ("a", 2)]), sorted([1, -2, 3], key=abs)
print(s)
b = [5, 3, 9]
b.sort(); print(b); b.sort(reverse=True); print(b); b.sort(key=lambda x: -x % 4); print(b)
shallow = [[1], [2]]
copy = shallow.copy()
copy[0].append(9)
copy[1] = 0
print(shallow, copy)
for call in (lambda: [].pop(), lambda: [1].pop(5), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1, 2][5], lambda: [1]["a"], lambda: [1][1.0], lambda: [1] + (1,), lambda: [1] * "a", lambda: [1] < 1, lambda: list(5), lambda: [].__setitem__(0, 1), lambda: [1, 2].__setitem__(slice(None, None, 2), [1, 2, 3]), lambda: [1].__setitem__(slice(0, 1), 5), lambda: [].__delitem__(0), lambda: [3, "a"].sort(), lambda: hash([]), lambda: [].insert("a", 1), lambda: [1][::0], lambda: list(1, 2), lambda: [].append(), lambda: [1].index(1, 1), lambda: [].extend(5), lambda: [1, 2].__setitem__("a", 1), lambda: [0] * (2**63), lambda: [].sort(5), lambda: [1] @ [2]):
    try:
        print(call())
    except (IndexError, ValueError, TypeError, OverflowError, MemoryError) as error:
        print(type(error).__name__, error)
nested = [1]
nested.append(nested)
print(nested, nested == nested, [nested][0] is nested)
x = [1, 2, 3, 4, 5, 6]
print([x.remove(i) for i in x if i % 2], x, [i for i in x], x.index(6, -1), x.index(4, 1, 2), x.count(True))
matrix = [[1, 2, 3], [4, 5, 6]]
print([list(row) for row in zip(*matrix)], [c for row in matrix for c in row if c % 2], [[c * r for c in range(3)] for r in range(3)], [*matrix[0], *matrix[1]])


class Weird:
    def __eq__(self, other):
        items.clear()
        return False


items = [Weird(), Weird(), Weird()]
try:
    print(items.index(5))
except ValueError as error:
    print(error, items)
items = [1, Weird(), 3]
print(items == [1, 2, 3], items, list.__doc__.splitlines()[0], [].__len__(), [1].__iadd__([2]), [1].__imul__(3), [1, 2].__reversed__().__next__(), [1].__mul__(2))
