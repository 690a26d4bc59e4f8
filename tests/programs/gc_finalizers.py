"""__del__: order relative to attributes, exceptions in it, resurrection, explicit del. Bounds instead of exact times."""

import gc
import sys

log = []


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


for i in range(200):
    Noisy(i)
gc.collect()
print(len(log) > 180, sorted(log)[:3] == [0, 1, 2], len(log) == len(set(log)))
log.clear()


def make_cycle():
    for i in range(100):
        a, b = Noisy(i), Noisy(i + 1000)
        a.other, b.other = b, a


make_cycle()
gc.collect()
gc.collect()
print(len(log) > 180, len(log) == len(set(log)))


class Resurrected:
    saved = []
    count = 0

    def __del__(self):
        Resurrected.count += 1
        Resurrected.saved.append(self)


def resurrect():
    for i in range(100):
        r = Resurrected()
        r.value = [i]


resurrect()
gc.collect()
print(Resurrected.count > 80, all(r.value[0] >= 0 for r in Resurrected.saved))
Resurrected.saved.clear()
before = Resurrected.count
gc.collect()
print(Resurrected.count - before < 20)


class Failing:
    def __del__(self):
        raise ValueError("in del")


caught = []
sys.unraisablehook = lambda u: caught.append((type(u.exc_value).__name__, str(u.exc_value)))


def fail():
    for _ in range(20):
        Failing()


fail()
gc.collect()
print(len(caught) > 10, set(caught))


class WithSlots:
    __slots__ = ("x",)
    died = 0

    def __del__(self):
        WithSlots.died += self.x


def slots():
    for i in range(100):
        WithSlots().x = 1


slots()
gc.collect()
print(WithSlots.died > 80)


class Generator:
    def make(self, out):
        try:
            yield self
        finally:
            out.append("generator finally")


def abandon():
    out = []
    for _ in range(50):
        g = Generator().make(out)
        next(g)
        g = None
    gc.collect()
    return len(out) > 40


print(abandon())


print(gc.isenabled(), gc.get_threshold()[0] > 0, isinstance(gc.collect(), int), gc.garbage)
