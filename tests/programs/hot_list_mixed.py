"""A list of ints becomes mixed while a loop over it is hot."""


def summarise(items):
    ints = floats = others = 0
    for index in range(len(items)):
        item = items[index]
        if type(item) is int:
            ints += item
        elif type(item) is float:
            floats += item
        else:
            others += 1
    return ints, floats, others


def squares(items):
    out = []
    for item in items:
        out.append(item * item)
    return out


items = list(range(1000))
for _ in range(30):
    summarise(items)
    squares(items)
print(summarise(items), sum(squares(items)))
items[10] = 2.5
items[20] = "text"
items[30] = None
items[40] = 2**100
print(summarise(items))
try:
    squares(items)
except TypeError as error:
    print(error)
items[20] = items[30] = True
print(squares(items)[8:42])
items.append(1.5)
items.insert(0, -3)
items.extend([0.25, 2])
del items[5:900]
print(summarise(items), squares(items)[-3:])
