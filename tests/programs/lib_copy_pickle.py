"""copy and pickle: shallow, deep, recursive, with hooks, of classes of every kind."""

import copy
import pickle
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: list


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = [1]


class Hooks:
    def __init__(self):
        self.log = []

    def __copy__(self):
        return "copied"

    def __deepcopy__(self, memo):
        return "deep copied"


class State:
    def __init__(self):
        self.keep, self.drop = [1], "secret"

    def __getstate__(self):
        return {"keep": self.keep}

    def __setstate__(self, state):
        self.__dict__.update(state, restored=True)


class Reduced:
    def __init__(self, a):
        self.a = a

    def __reduce__(self):
        return Reduced, (self.a,), {"extra": 1}


class Sub(list):
    pass


data = {"l": [1, [2]], "t": (1, [2]), "s": {1}, "n": None, "p": Point(1, [2])}
shallow, deep = copy.copy(data), copy.deepcopy(data)
data["l"][1].append(3)
data["p"].y.append(9)
print(shallow["l"], deep["l"], shallow["p"], deep["p"], shallow["t"] is data["t"], deep["t"] is data["t"], copy.deepcopy((1, "a")) == (1, "a"))
loop = [1]
loop.append(loop)
c = copy.deepcopy(loop)
print(c, c[1] is c, c is not loop)
shared = [0]
pair = copy.deepcopy([shared, shared])
print(pair[0] is pair[1], copy.copy(Hooks()), copy.deepcopy([Hooks()]))
s = Slots()
sc, sd = copy.copy(s), copy.deepcopy(s)
print(sc.a is s.a, sd.a is s.a, sd.a, hasattr(sd, "b"))
st = copy.copy(State())
print(vars(st), vars(copy.deepcopy(Reduced([1]))), copy.copy(Sub([1, 2])), type(copy.deepcopy(Sub([1]))).__name__, copy.copy(len) is len, copy.deepcopy(Point) is Point, copy.copy(1.5), copy.replace(Point(1, []), x=5))
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    objects = [1, 2**70, -5, 1.5, "é", b"b", None, True, ..., [1, [2]], (1, 2, 3, 4), {"a": 1}, {1, 2}, frozenset([1]), Point(1, [2]), range(3), complex(1, 2), bytearray(b"x"), Sub([3]), slice(1, 2), ValueError("x", 1), int, len, NotImplemented]
    out = pickle.loads(pickle.dumps(objects, protocol))
    print(protocol, repr(out) == repr(objects), type(out[18]).__name__, vars(pickle.loads(pickle.dumps(State(), protocol))), pickle.loads(pickle.dumps(Reduced(5), protocol)).extra)
l = [1]
l.append(l)
print(pickle.loads(pickle.dumps(l)), pickle.dumps([1, "a"], 0), pickle.dumps((1, None), 2), pickle.dumps({"k": [1.5]}, 4))
for bad in (lambda: 0, (i for i in ()), type("Local", (), {})(), iter([])):
    try:
        pickle.dumps(bad)
        print("pickled")
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        print(type(error).__name__)
for bad in (b"", b"garbage", b"\x80\x05K", b"cos\nnothing\n."):
    try:
        pickle.loads(bad)
    except (EOFError, pickle.UnpicklingError, AttributeError, ValueError) as error:
        print(type(error).__name__, error)
tree = None
for i in range(100):
    tree = {"left": tree, "value": i, "items": [i] * 3}
for _ in range(5):
    other = copy.deepcopy(tree)
print(other == tree, other is not tree, pickle.loads(pickle.dumps(tree)) == tree)
