"""heapq, bisect and operator."""

import bisect
import heapq
import operator

h = []
for x in [5, 1, 8, 3, 9, 2]:
    heapq.heappush(h, x)
print(h, heapq.heappop(h), heapq.heappushpop(h, 0), heapq.heapreplace(h, 7), h, heapq.nlargest(2, h), heapq.nsmallest(2, h, key=lambda v: -v), list(heapq.merge([1, 4], [2, 3], reverse=False)), list(heapq.merge("ad", "bc", key=ord)))
items = [(3, "c"), (1, "a"), (2, "b")]
heapq.heapify(items)
print(items, [heapq.heappop(items) for _ in range(3)])
m = [3, 1, 2]
heapq.heapify_max(m)
print(m, heapq.heappop_max(m), heapq.heappushpop_max(m, 0))
for call in (lambda: heapq.heappop([]), lambda: heapq.heappush(5, 1), lambda: heapq.heapify(()), lambda: heapq.heappush([1], "a"), lambda: heapq.heapreplace([], 1)):
    try:
        print(call())
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
order = []
heap = [((i * 7919) % 1009, i) for i in range(1000)]
heapq.heapify(heap)
while heap:
    order.append(heapq.heappop(heap))
print(order == sorted(order), order[:3])
graph = {i: [((i * 3 + k) % 200, (i * k) % 17 + 1) for k in range(1, 4)] for i in range(200)}
distance, queue = {0: 0}, [(0, 0)]
while queue:
    d, node = heapq.heappop(queue)
    if d > distance[node]:
        continue
    for other, weight in graph[node]:
        if d + weight < distance.get(other, 10**9):
            distance[other] = d + weight
            heapq.heappush(queue, (d + weight, other))
print(len(distance), sum(distance.values()), max(distance.values()))
a = [1, 2, 2, 3, 5]
print(bisect.bisect(a, 2), bisect.bisect_left(a, 2), bisect.bisect_right(a, 9), bisect.bisect(a, 0), bisect.bisect_left(a, 2, 2), bisect.bisect(a, 2, hi=2), bisect.bisect_left(["a", "bb", "ccc"], 2, key=len))
bisect.insort(a, 4)
bisect.insort_left(a, 2)
print(a)
for call in (lambda: bisect.bisect([1], "a"), lambda: bisect.bisect([1], 1, -1), lambda: bisect.insort(5, 1)):
    try:
        print(call())
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
table = []
for i in range(2000):
    bisect.insort(table, (i * 37) % 503)
print(table == sorted(table), table[1000])
print(operator.add(1, 2), operator.itemgetter(1)("ab"), operator.itemgetter(0, 2)("abc"), operator.itemgetter(slice(1, 3))("abcd"), operator.attrgetter("real")(5), operator.attrgetter("real.imag", "imag")(5), operator.methodcaller("upper")("a"), operator.methodcaller("split", ",", maxsplit=1)("a,b,c"), operator.contains([1], 1), operator.countOf([1, 1], 1), operator.indexOf([5, 6], 6), operator.getitem([1], 0), operator.concat("a", "b"), operator.is_(None, None), operator.truth([]), operator.not_(1), operator.xor(5, 3), operator.floordiv(7, 2), operator.index(True), operator.length_hint([1]), operator.matmul.__name__, operator.iadd([1], [2]), operator.call(max, 1, 2), operator.is_none(None), operator.is_not_none(1), operator.abs(-1), operator.inv(5), operator.neg(5), operator.pow(2, 3), operator.lt(1, 2), operator.truediv(1, 2))
l = [1, 2]
operator.setitem(l, 0, 9)
operator.delitem(l, 1)
print(l, repr(operator.itemgetter(1, 2)), repr(operator.attrgetter("a.b")), repr(operator.methodcaller("f", 1, k=2)))
for call in (lambda: operator.itemgetter(), lambda: operator.itemgetter(5)([1]), lambda: operator.attrgetter("x")(5), lambda: operator.attrgetter(5), lambda: operator.methodcaller("nope")(5), lambda: operator.index(1.5), lambda: operator.add(1, "a"), lambda: operator.methodcaller(), lambda: operator.indexOf([1], 2), lambda: operator.concat(1, 2)):
    try:
        print(call())
    except (TypeError, IndexError, AttributeError, ValueError) as error:
        print(type(error).__name__, error)
rows = [{"k": i % 5, "v": -i} for i in range(1000)]
print(sorted(rows, key=operator.itemgetter("k", "v"))[0], max(map(operator.itemgetter("v"), rows)), sum(map(operator.mul, range(100), range(100))))
