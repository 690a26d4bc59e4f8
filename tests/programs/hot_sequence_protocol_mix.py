"""The same hot function over lists, tuples, strings, ranges, arrays, deques and user sequences in turn."""

from array import array
from collections import deque


class Squares:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(self.n))]
        if i < 0:
            i += self.n
        if not 0 <= i < self.n:
            raise IndexError(f"no square {i}")
        return i * i


def walk(s):
    total = []
    for i in range(len(s)):
        total.append(s[i])
        total.append(s[-i - 1])
    return total[:4], total[-1], s[len(s) // 2] == s[-(len(s) - len(s) // 2)], len(total)


for s in ([1, 2, 3] * 100, (1.5, "x") * 100, "abc€" * 80, range(300), array("i", range(300)), deque(range(300)), Squares(300), b"bytes" * 60, bytearray(300), memoryview(b"m" * 300), [None] * 300):
    print(type(s).__name__, walk(s))


def middle(s):
    return s[1:-1], s[::2][:2], s[::-1][:2]


for s in ([1, 2, 3, 4], (1, 2, 3, 4), "abcd", range(4), array("b", [1, 2, 3]), Squares(5), b"abcd"):
    for _ in range(200):
        result = middle(s)
    print(type(s).__name__, result)
try:
    middle(deque([1]))
except TypeError as error:
    print(error)
for s in (Squares(3), [1], "a", deque()):
    try:
        s[7]
    except IndexError as error:
        print(type(s).__name__, error)
print(sum(Squares(50)), list(Squares(4)), 9 in Squares(5), list(reversed(Squares(4))), max(Squares(3), default=0), dict(enumerate(Squares(3))), [*map(str, Squares(3))])
total = 0
for i in range(3000):
    for s in (Squares(3), [1, 2], (3,), "ab", range(2)):
        total += len(s)
        if s[0]:
            total += 1
print(total)
