"""collections: deque, Counter, OrderedDict, defaultdict, ChainMap, namedtuple, UserDict, UserList."""

from collections import *

d = deque([1, 2, 3], maxlen=4)
d.append(4)
d.append(5)
d.appendleft(0)
print(d, d[0], d[-1], len(d), d.maxlen, d.pop(), d.popleft(), d, 3 in d, d.count(3), d.index(3), list(reversed(d)), d.copy() == d)
d.extend("ab")
d.extendleft("xy")
d.rotate(1)
print(d, d.rotate(-2), d, d.remove("x"), d, d.insert(1, "i"), d, d.reverse(), d, deque("ab") + deque("c"), deque("ab") * 2, deque([1]) < deque([2]), deque(), repr(deque("a", 3)))
d[0] = "set"
del d[1]
print(d, d.clear(), d, bool(d))
for call in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[5], lambda: deque([1]).remove(2), lambda: deque([1], -1), lambda: deque([1])[0:1], lambda: deque(5), lambda: deque([1]).index(9), lambda: hash(deque()), lambda: deque([1], 1).insert(0, 2)):
    try:
        print(call())
    except (IndexError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
q = deque([1, 2, 3])
try:
    for x in q:
        q.append(x)
except RuntimeError as error:
    print(error)
c = Counter("abracadabra")
print(c, c["a"], c["zz"], c.most_common(2), sorted(c.elements())[:4], c.total(), c + Counter(a=1), c - Counter(a=3), c & Counter(a=2, z=1), c | Counter(z=1), +Counter(a=-1, b=1), -Counter(a=-1), Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2))
c.update("aaa")
c.subtract({"b": 5})
del c["c"]
print(c, c["b"], dict(c), list(c), c.pop("d"))
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a")
o.move_to_end("c", last=False)
print(o, o.popitem(), o.popitem(last=False), o, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1, b=2) == dict(b=2, a=1), list(reversed(OrderedDict(x=1, y=2))), o | {"z": 1})
dd = defaultdict(list)
dd["a"].append(1)
dd["b"]
print(dd, dd.default_factory, dd.get("zz"), "zz" in dd, defaultdict(int, a=1), defaultdict(lambda: "x")["q"], dd.copy())
try:
    defaultdict(None)["x"]
except KeyError as error:
    print(repr(error))
try:
    defaultdict(5)
except TypeError as error:
    print(error)
cm = ChainMap({"a": 1}, {"a": 2, "b": 3})
cm["c"] = 5
print(cm, cm["a"], cm["b"], len(cm), sorted(cm), cm.parents, cm.new_child({"a": 0})["a"], cm.maps[0], list(cm.items()))
P = namedtuple("P", "x y z", defaults=(3,))
p = P(1, y=2)
print(p, p.x, p[1], p._asdict(), p._replace(x=9), P._fields, P._field_defaults, P._make([1, 2, 3]), p == (1, 2, 3), tuple(p), P.__doc__, hash(p) == hash((1, 2, 3)), p + (4,), len(p), isinstance(p, tuple), P.x.__doc__)
for call in (lambda: P(), lambda: P(1, 2, 3, 4), lambda: p._replace(q=1), lambda: setattr(p, "x", 1), lambda: namedtuple("X", "class"), lambda: namedtuple("X", "a a"), lambda: namedtuple("1X", "a"), lambda: namedtuple("X", "_a"), lambda: namedtuple("X", ["a", "def"], rename=True)._fields):
    try:
        print(call())
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)


class U(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k, v * 2)


u = U(a=1)
u.update(b=2)
print(u, u.data, dict(u), UserList([1, 2]) + [3], UserString("abc").upper())
counts = Counter()
window = deque(maxlen=5)
total = 0
groups = defaultdict(int)
for i in range(4000):
    counts[i % 7] += 1
    window.append(i)
    total += window[0] + len(window)
    groups[i % 11] += i
    if i % 3 == 0:
        window.rotate()
        window.popleft()
print(counts.most_common(2), window, total, sorted(groups.items())[:3])
