"""KeyError from hot dictionary reads, and the ways around it."""


def count(words, table):
    missing = 0
    for word in words:
        try:
            table[word] += 1
        except KeyError as error:
            missing += 1
            table[error.args[0]] = 1
    return missing


words = [f"w{i % 37}" for i in range(2000)]
table = {}
for _ in range(20):
    missing = count(words, table)
print(missing, table["w3"], len(table))
print(count(words + ["new", "new", "newer"], table), table["new"], table["newer"])


class Default(dict):
    def __missing__(self, key):
        return -1


print(count(words, Default()), Default()["x"])
for key in ("absent", 1, None, (1, "a"), 1.5):
    try:
        table[key]
    except KeyError as error:
        print(repr(error), error)
try:
    table[[]]
except TypeError as error:
    print(error)
try:
    table[{}] = 1
except TypeError as error:
    print(error)


def keys(table, items):
    return [table.get(item, 0) for item in items], [table.setdefault(item, 9) for item in items]


for i in range(1000):
    keys({}, (1, 2))
print(keys({1: 2, True: 3, 1.0: 4}, [1, 1.0, True, 2]))
for action in (lambda: {}.popitem(), lambda: {}.pop(1), lambda: {1: 2}.pop(3), lambda: set().remove(3), lambda: set().pop()):
    try:
        action()
    except KeyError as error:
        print(repr(error))
