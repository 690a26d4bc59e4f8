"""`is`, None tests and sentinels in hot loops, with identity of small values kept."""

SENTINEL = object()


def search(items, wanted, default=SENTINEL):
    found = None
    for item in items:
        if item is None:
            continue
        if item is wanted or item == wanted:
            found = item
            break
    if found is None:
        if default is SENTINEL:
            raise LookupError(wanted)
        return default
    return found


items = [None, 1, "a", 2.5, (1, 2), True]
for _ in range(500):
    result = [search(items, w, None) for w in (1, "a", 2.5, (1, 2), 99, None)]
print(result)
try:
    search(items, "missing")
except LookupError as error:
    print(repr(error))


def flags(values):
    none = true = false = same = different = 0
    previous = None
    for value in values:
        none += value is None
        true += value is True
        false += value is False
        same += value is previous
        different += value is not previous
        previous = value
    return none, true, false, same, different


a, b = [], []
print(flags([None, None, True, True, False, a, a, b, "s", "s", 5, int, int, ..., ...] * 300))
x = 5.5
y = x
big = 2**100
other = big
print(x is y, big is other, a is a, a is b, a is not b, None is not None, type(x) is float)


class Optional:
    def __init__(self, next=None):
        self.next = next

    def last(self):
        node = self
        while node.next is not None:
            node = node.next
        return node


chain = Optional()
for _ in range(1000):
    chain = Optional(chain)
end = chain.last()
print(end.next is None, end is chain.last(), chain is not end)
end.next = chain
steps = 0
node = chain
while (node := node.next) is not chain and steps < 5000:
    steps += 1
print(steps)
