"""IndexError out of a hot loop over a list, tuple, string, bytes; with negative indices and with big ones."""


def scan(items, start, count, step):
    index = start
    seen = []
    try:
        for _ in range(count):
            seen.append(items[index])
            index += step
    except IndexError as error:
        return index, len(seen), seen[-1:], str(error)
    return index, len(seen), seen[-1:], None


data = list(range(500))
for _ in range(30):
    scan(data, 0, 500, 1)
for items in (data, tuple(data), "x" * 500, bytes(500), bytearray(500), range(500)):
    print(type(items).__name__, scan(items, 0, 500, 1), scan(items, 0, 600, 1))
    print(scan(items, -1, 500, -1), scan(items, -1, 600, -1), scan(items, 499, 1000, -1))
    print(scan(items, 2**62, 1, 1), scan(items, -(2**70), 1, 1))


def store(items, index):
    items[index] = 1


for i in range(3000):
    store(data, i % 500)
for index in (500, -501, 2**64):
    try:
        store(data, index)
    except IndexError as error:
        print(index, error)
for index in (1.0, "1", None, (1,)):
    for function in (store, lambda a, i: a[i]):
        try:
            function(data, index)
        except TypeError as error:
            print(error)


class Index:
    def __index__(self):
        return 7


store(data, Index())
store(data, True)
print(data[Index()], data[True], data[-1], data[~0])
try:
    [].pop()
except IndexError as error:
    print(error)
try:
    [1].pop(5)
except IndexError as error:
    print(error)
