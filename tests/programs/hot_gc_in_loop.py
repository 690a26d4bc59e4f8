"""Garbage made and collected in hot loops: cycles, finalizers, weak references, big lists.

How soon an object dies is not part of the language, so counts are compared with a bound.
"""

import gc
import weakref


class Node:
    alive = 0

    def __init__(self, value):
        self.value = value
        self.other = None
        Node.alive += 1

    def __del__(self):
        Node.alive -= 1


def cycles(n):
    for i in range(n):
        a, b = Node(i), Node(i)
        a.other, b.other = b, a
    return b.value


print(cycles(2000))
gc.collect()
print(Node.alive < 20)


def chain(n):
    head = None
    for i in range(n):
        node = Node(i)
        node.other = head
        head = node
    total = 0
    while head:
        total += head.value
        head = head.other
    return total


print(chain(3000))
gc.collect()
print(Node.alive < 20)


def churn(n):
    keep = []
    for i in range(n):
        keep.append([i] * (i % 20))
        if i % 10 == 0:
            keep = keep[-5:]
        if i % 500 == 0:
            gc.collect()
    return [len(k) for k in keep]


print(churn(3000))
references = []
for i in range(500):
    n = Node(i)
    references.append(weakref.ref(n))
    if i % 100 == 0:
        n.other = n
n = None
gc.collect()
print(sum(r() is not None for r in references) < 20, Node.alive < 40)


def deep(n):
    nested = []
    for _ in range(n):
        nested = [nested]
    return nested


d = deep(100000)
del d
gc.collect()
print("deep gone")


class Resurrect:
    saved = []

    def __del__(self):
        Resurrect.saved.append(self)


for i in range(100):
    Resurrect()
gc.collect()
print(len(Resurrect.saved) > 80)
Resurrect.saved.clear()
gc.collect()
print(len(Resurrect.saved) < 20)
gc.disable()
print(gc.isenabled())
cycles(500)
gc.enable()
gc.collect()
print(gc.isenabled(), Node.alive < 60)
strings = []
for i in range(3000):
    strings.append("s" * (i % 50) + str(i))
    if i % 7:
        strings.pop(0)
print(len(strings), sum(map(len, strings)))
