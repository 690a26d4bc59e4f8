"""Subclasses of list in hot loops: iteration, length, items and append are the list's until the class says otherwise."""


class Stack(list):
    def top(self):
        return self[-1]


class Loud(list):
    def __getitem__(self, index):
        return ("loud", super().__getitem__(index))

    def __len__(self):
        return 99

    def __iter__(self):
        return iter(("i", "t"))

    def append(self, value):
        super().append(("appended", value))


def work(make, times):
    total = []
    for t in range(times):
        s = make([1, 2, 3])
        s.append(t)
        n = 0
        for item in s:
            n += 1
        total = [n, len(s), s[0], s[-1], list(s)[:1]]
        s[1] = t
    return total, s[1], type(s).__name__


for make in (Stack, list, Loud):
    print(work(make, 2500))
print(work(lambda items: (Stack if len(items) else list)(items), 2500))


def loop(s, times):
    result = []
    for t in range(times):
        n = 0
        for item in s:
            n += item
        n += len(s) + s[0]
        s[0] = t % 5
        if t == times - 30:
            Stack.__len__ = lambda self: 1000
        if t == times - 20:
            Stack.__iter__ = lambda self: iter((10, 20))
        if t == times - 10:
            Stack.__getitem__ = lambda self, index: 7
            Stack.__setitem__ = lambda self, index, value: result.append("set")
        result.append(n)
    return result[-35:]


print(loop(Stack([1, 2, 3]), 4000))
s = Stack([5])
s.name = "attribute"
del Stack.__len__, Stack.__iter__, Stack.__getitem__, Stack.__setitem__
print(loop(s, 3000)[:3], s.name)
