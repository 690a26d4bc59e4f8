"""Loops that are compiled and allocate objects of every kind, for the collector's torture mode."""


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Point(self.x + other.x, self.y + other.y)

    @property
    def pair(self):
        return self.x, self.y


def walk(n):
    p = Point(0, 0.5)
    step = Point(1, 0.25)
    for i in range(n):
        p = p.plus(step)
        if i == n - 5:
            p = Point(2**62, "s" and 1)
    return p.pair


print(walk(150))


def lists(n):
    out = []
    for i in range(n):
        row = [i, [i + 1], (i, str(i))]
        out.append(row)
        if len(out) > 5:
            out.pop(0)
    return out


print(lists(150))


def floats(n):
    total = 0.0
    boxes = []
    for i in range(n):
        total += i * 1e300 * 1e-300
        boxes.append(total)
        boxes = boxes[-3:]
    return boxes


print(floats(150))


def bigs(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


print(bigs(200))


def strings(n):
    s = ""
    for i in range(n):
        s += str(i)
        s = s[-10:]
    return s


print(strings(150))


def closures(n):
    fs = []
    for i in range(n):
        fs.append(lambda x, i=i: [x, i])
        fs = fs[-2:]
    return [f(1) for f in fs]


print(closures(100))


def raising(n):
    log = []
    for i in range(n):
        try:
            if i % 10 == 0:
                raise ValueError([i])
            log.append({i: i})
        except ValueError as error:
            log.append(error.args)
        log = log[-3:]
    return log


print(raising(101))


def generators(n):
    return [x for x in (y for y in ([i] for i in range(n)) if y[0] % 20 == 0)]


print(generators(100))


def dicts(n):
    d = {}
    for i in range(n):
        d[str(i % 7)] = [d.get(str(i % 7)) and i]
    return d


print(dicts(100))
