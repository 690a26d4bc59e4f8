"""append, pop, insert, slices and friends in hot loops."""


def stack(n):
    items = []
    for i in range(n):
        items.append(i)
        if i % 3 == 0:
            items.pop()
        if i % 100 == 99:
            items.pop(0)
    return len(items), sum(items), items[:3], items[-3:]


print(stack(100), stack(5000))


def rotate(items, n):
    for _ in range(n):
        items = items[1:] + items[:1]
    return items


print(rotate(list(range(7)), 3001))


def window(items, width):
    best = 0
    for i in range(len(items) - width + 1):
        best = max(best, sum(items[i:i + width]))
    return best


print(window([(i * 37) % 101 for i in range(1500)], 5))


def slices(items):
    return items[:], items[2:], items[:-2], items[::2], items[::-1], items[-3:-1], items[5:2], items[100:], items[-100:3], items[4:1:-2]


for i in range(1000):
    slices([1, 2, 3])
print(slices([0, 1, 2, 3, 4, 5]), slices("abcdef"), slices((0, 1, 2)))


def assign(n):
    items = [0] * 50
    for i in range(n):
        items[i % 50] += i
        items[-(i % 50) - 1] ^= 5
    items[10:20] = [1, 2]
    items[::10] = "abcde"
    del items[30:]
    del items[::7]
    return items


print(assign(3000))


def bubble(items):
    items = list(items)
    for i in range(len(items)):
        for j in range(len(items) - 1 - i):
            if items[j] > items[j + 1]:
                items[j], items[j + 1] = items[j + 1], items[j]
    return items


print(bubble([(i * 73) % 41 for i in range(41)]) == list(range(41)), bubble([2.5, 1, True, -3]))
matrix = [[(i * j) % 7 for j in range(12)] for i in range(12)]


def multiply(a, b):
    n = len(a)
    result = [[0] * n for _ in range(n)]
    for i in range(n):
        row = result[i]
        for j in range(n):
            total = 0
            for k in range(n):
                total += a[i][k] * b[k][j]
            row[j] = total
    return result


for _ in range(4):
    product = multiply(matrix, matrix)
print(product[5], sum(map(sum, product)))
growing = [1]
for x in growing:
    if len(growing) < 2000:
        growing.append(x + 1)
print(len(growing), growing[-1])
shrinking = list(range(1000))
print(len([shrinking.pop() for x in shrinking]), len(shrinking))
for call in (lambda: [].append(), lambda: [1].index(2), lambda: [1].remove(2), lambda: [1] + (2,), lambda: [1] * 1.5, lambda: list(range(1))["a"], lambda: list(range(0))[0:1:0]):
    try:
        call()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
