# Each loop runs a site often enough to be specialised, then changes what the inline cache took for granted.
import gc


class Plain:
    def __init__(self, value):
        self.value = value


def store(target, value):
    target.value = value


def load(source):
    return source.value


objects = [Plain(i) for i in range(40)]
for i, o in enumerate(objects):
    store(o, i * 2)
print(sum(load(o) for o in objects))
log = []
Plain.value = property(lambda self: self.__dict__["value"] + 1000, lambda self, v: log.append(v))
for o in objects[:3]:
    store(o, 7)
print(log, load(objects[0]))
del Plain.value
store(objects[0], 5)
print(load(objects[0]))
Plain.__setattr__ = lambda self, name, v: log.append((name, v))
store(objects[0], 6)
print(load(objects[0]), log[-1])


class Vector:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(self.x + other.x)

    def __rmul__(self, factor):
        return Vector(self.x * factor) if isinstance(factor, (int, float)) else NotImplemented

    def __isub__(self, other):
        if other is None:
            return NotImplemented
        self.x -= other.x
        return self

    def __sub__(self, other):
        return "fallback"

    def __eq__(self, other):
        return self.x == other.x if isinstance(other, Vector) else NotImplemented

    def __lt__(self, other):
        if isinstance(other, Vector):
            return [self.x] if self.x < other.x else []
        return NotImplemented


class Friendly:
    def __radd__(self, other):
        return ("radd", type(other).__name__)

    def __gt__(self, other):
        return "gt"


class Derived(Vector):
    def __radd__(self, other):
        return "derived first"


def add(a, b):
    return a + b


def subtract_in_place(a, b):
    a -= b
    return a


total = Vector(0)
for i in range(50):
    total = add(total, Vector(i))
    total = subtract_in_place(total, Vector(1))
print(total.x, (3 * Vector(2)).x, (1.5 * Vector(2)).x, subtract_in_place(Vector(1), None))
print(add(Vector(1), Friendly()), add(Vector(1), Derived(2)))
for bad in (1, "text", None):
    try:
        add(Vector(1), bad)
    except TypeError as error:
        print(error)


def compare(a, b):
    return a == b, a != b


for i in range(20):
    result = compare(Vector(i), Vector(i))
print(result, compare(Vector(1), 1), compare(Vector(1), Vector(2)))


def less(a, b):
    return a < b


for i in range(20):
    result = less(Vector(i), Vector(5))
print(result, less(Vector(1), Vector(2)), less(Vector(1), Friendly()), "yes" if Vector(1) < Vector(2) else "no")
try:
    less(Vector(1), 3)
except TypeError as error:
    print(error)


class Failing:
    def __add__(self, other):
        raise ValueError(other)

    def __eq__(self, other):
        raise KeyError(other)


caught = []
for i in range(20):
    try:
        add(Failing(), i)
    except ValueError as error:
        caught.append(error.args[0])
    try:
        compare(Failing(), i)
    except KeyError as error:
        caught.append(-error.args[0])
print(caught[-4:])


class Several:
    def __init__(self, order):
        for name in order:
            setattr(self, name, order.index(name))

    def which(self):
        return self.a * 100 + self.b * 10 + self.c


orders = ["abc", "acb", "bac", "bca", "cab", "cba", "xabc", "xyacb"]
many = [Several(order) for order in orders] * 6
print([m.which() for m in many[:8]], sum(m.which() for m in many))
Several.which = lambda self: -self.a
print(sum(m.which() for m in many))
wide = [Several([chr(97 + i) for i in range(20)]) for _ in range(10)]
print(sum(w.t + w.s for w in wide))
for w in wide:
    w.t = [w.t]
gc.collect()
for w in wide:
    w.t = [w.t, "new"]
gc.collect()
print(wide[3].t)


class Base:
    kind = "base"

    @classmethod
    def make(cls):
        return cls.kind

    @staticmethod
    def fixed(x):
        return x + 1

    @property
    def twice(self):
        return self.kind * 2

    def greet(self):
        return "base greets"


class Child(Base):
    kind = "child"

    def greet(self):
        return "child, " + super().greet()


def use(o):
    method = o.greet
    return o.make(), type(o).make(), o.fixed(1), o.twice, o.greet(), method()


for i in range(30):
    result = use(Child())
print(result)
Base.greet = lambda self: "changed"
Child.kind = "kid"
Base.fixed = staticmethod(lambda x: x * 100)
print(use(Child()))
Base.twice = "plain"
print(use(Child()), use(Base()))


class Meta(type):
    @property
    def computed(cls):
        return cls.__name__.lower()

    def __instancecheck__(cls, instance):
        return instance == 3


class WithMeta(metaclass=Meta):
    attribute = 1


def of_class(c):
    return c.attribute


for i in range(20):
    of_class(WithMeta)
WithMeta.attribute = 2
print(of_class(WithMeta), WithMeta.computed, [isinstance(i, WithMeta) for i in range(5)])
Meta.attribute = property(lambda cls: "meta wins")
print(of_class(WithMeta))


class Box:
    def __init__(self):
        self.items = {}

    def __getitem__(self, key):
        return self.items.get(key, "nothing")

    def __setitem__(self, key, value):
        self.items[key] = value
        return "dropped"

    def __len__(self):
        return len(self.items)

    def __contains__(self, key):
        return key in self.items


def exchange(box, i):
    box[i] = i * i
    return box[i], len(box), i in box, bool(box)


box = Box()
for i in range(25):
    result = exchange(box, i)
print(result, len([1, 2]), box["x"])
table = {}
for i in range(25):
    table[i] = str(i)
print(exchange({3: 4}, 3))
numbers = [0] * 10
for i in range(30):
    numbers[2:5] = [i, i + 1, i + 2]
    part = numbers[1:6]
print(part, numbers[::-1][:3], "abcdef"[2:4], (1, 2, 3)[1:], numbers[20:], "abc"[5:])
grown = []
for i in range(3000):
    grown.append([i])
gc.collect()
for i in range(3000):
    grown[i] = [i, i]
    grown.append((i,))
gc.collect()
print(len(grown), grown[2999], grown[-1], sum(len(g) for g in grown))


def mixed(a, b):
    return a + b, a * b, a < b, a == b


for pair in [(1, 2), (1.5, 2), (2, 2.5), (0.5, 0.25), (1 << 62, 1), (-0.0, 0), (1e300, 1e10), (2**53 + 1, 2.0**53)] * 10:
    result = mixed(*pair)
    if pair[0] != 1:
        last = result
print(last, mixed(1 << 62, 1 << 62), mixed(-0.0, 0.0))


def generate(n):
    for i in range(n):
        got = yield i
        if got:
            yield got


def outer(n):
    result = yield from generate(n)
    return result


print(sum(x for x in outer(10)), list(zip(outer(3), generate(5))), set(x % 3 for x in generate(20)))
