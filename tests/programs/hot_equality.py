"""== and != of strings and objects in hot loops, where classes get an __eq__, an __ne__, or change while the loop runs."""


class Plain:
    def __init__(self, n):
        self.n = n


class Other:
    pass


class Says:
    def __eq__(self, other):
        return "says"

    def __ne__(self, other):
        return "denies"


def compare(left, right, times):
    equal = different = 0
    last = None
    for i in range(times):
        a, b = left[i % len(left)], right[i % len(right)]
        if a == b:
            equal += 1
        if a != b:
            different += 1
        last = (a == b, a != b)
    return equal, different, last


p, q = Plain(1), Plain(2)
print(compare([p], [p, q], 3000), compare([p, q], [p], 3001), compare([p], [None], 3000), compare([None], [p], 3000))
print(compare([p], [Says()], 3000), compare([Says()], [p], 3000), compare([p], [Other(), p], 3000), compare([p, Other()], [p, 1, "x", 2.5], 3000))


def changing(times):
    log = []
    for i in range(times):
        log.append(p == q)
        if i == times - 20:
            Plain.__eq__ = lambda self, other: self.n + 1 == other.n
        if i == times - 10:
            del Plain.__eq__
            Plain.__ne__ = lambda self, other: "never"
    return log.count(True), log[-22:], p != q


print(changing(4000))
del Plain.__ne__
words = ["alpha", "beta", "al" + "pha", "".join(["be", "ta"]), "été", "e\u0301te\u0301", "", "\U0001f600", "\ud800"]
print(compare(words, words[::-1], 5000), [compare([a], [b], 2000)[:2] for a in words for b in words if a == b and a is not b])


class Text(str):
    def __eq__(self, other):
        return "text"

    __hash__ = str.__hash__


print(compare(words, words + [Text("alpha")], 5000), compare(words + [1, None], words, 5005), compare([Text("a")], ["a"], 3000))
p.extra = 1
print(compare([p], [p, q], 3000))
