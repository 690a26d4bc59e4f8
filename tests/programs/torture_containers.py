"""Small but varied allocation of containers, for the collector's torture mode."""

items = []
for i in range(60):
    items.append([i, str(i), (i, float(i)), {i: [i]}, {i, -i}, i << 70, f"{i}!", bytes([i])])
print(items[59], len(items))
table = {}
for i in range(60):
    table[f"k{i % 13}"] = table.get(f"k{i % 13}", []) + [i]
print(table)
nested = []
for i in range(20):
    nested = [nested, (i,), {"i": i}]
depth = 0
while nested:
    depth += 1
    nested = nested[0]
print(depth)
s = {(i % 5, str(i % 3)) for i in range(40)}
print(sorted(s))
print(sorted([str(i * 37 % 50) for i in range(50)], key=lambda x: (len(x), x)))
print([a + b for a, b in zip([[1], [2]], [[3], [4]])], dict(zip("abc", map(str, range(3)))), list(enumerate("xy")), [*{**{"a": [1]}}.values()])
l = list(range(30))
l[5:10] = [[x] for x in range(3)]
del l[::4]
l.extend(str(x) for x in range(5))
l.sort(key=str)
print(l)
big = 1
for i in range(1, 40):
    big *= i
    big -= i << 50
print(big, str(big)[::-1], int(str(big)) == big, divmod(big, 10**20 + 1))
d = {}
for i in range(50):
    d[i] = {j: [j] for j in range(i % 4)}
    if i % 3 == 0:
        d.pop(i - 5, None)
print(d)


class Node:
    def __init__(self, value, children=()):
        self.value = value
        self.children = [Node(*c) for c in children]

    def walk(self):
        yield self.value
        for child in self.children:
            yield from child.walk()


print(list(Node("a", [("b", [("c", [])]), ("d", [("e",), ("f",)])]).walk()))
print("".join(sorted({c for word in ["hello", "world"] for c in word})), [x for x in map(lambda v: [v], range(3))], sum(([i] for i in range(4)), []), tuple(tuple([i]) for i in range(3)))
