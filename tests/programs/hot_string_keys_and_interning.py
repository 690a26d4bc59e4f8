"""Dictionaries keyed by strings made at run time, attribute names computed, getattr and setattr in hot loops."""


class Bag:
    pass


def fill(bag, n):
    for i in range(n):
        name = "field" + str(i % 20)
        setattr(bag, name, getattr(bag, name, 0) + i)
    return bag


bag = fill(Bag(), 3000)
print(bag.field0, bag.field19, len(vars(bag)), sum(vars(bag).values()))
bag.field3 = "text"
try:
    fill(bag, 100)
except TypeError as error:
    print(error)


def group(words):
    table = {}
    for word in words:
        key = "".join(sorted(word))
        table.setdefault(key, []).append(word)
    return table


words = ["listen", "silent", "enlist", "abc", "cab", "x"] * 200
grouped = group(words)
print({key: len(value) for key, value in grouped.items()})
counts = {}
for i in range(5000):
    key = chr(97 + i % 26) + chr(97 + i % 7)
    counts[key] = counts.get(key, 0) + 1
print(len(counts), counts["aa"], max(counts.values()), min(counts.values()), list(counts)[:4])
keys = ["a", "b", "c"]
record = {"a": 1, "b": 2.5, "c": "x"}
total = 0
for i in range(3000):
    for key in keys:
        value = record[key]
        if isinstance(value, (int, float)):
            total += value
    if i == 1500:
        record["c"] = 100
        keys.append("d")
        record["d"] = 0.25
print(total)
total = 0
for i in range(3000):
    total += len({"x": i, "y": 2, **({"z": 3} if i % 2 else {})})
print(total)
unicode = {}
for i in range(1000):
    unicode["é" * (i % 5) + "€" + str(i % 10)] = i
print(len(unicode), unicode["€0"], unicode["éééé€9"], "x" in unicode, "".join(["é", "€0"]) in unicode)
attributes = [f"a{i}" for i in range(50)]
objects = [Bag() for _ in range(30)]
for i, o in enumerate(objects):
    for name in attributes[i % 5:: i % 3 + 1]:
        setattr(o, name, i)
print(sum(getattr(o, name, -1) for o in objects for name in attributes), sum(hasattr(o, "a7") for o in objects))
for o in objects:
    for name in list(vars(o))[::2]:
        delattr(o, name)
print(sum(getattr(o, name, -1) for o in objects for name in attributes))
