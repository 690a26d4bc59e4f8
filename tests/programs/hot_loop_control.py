"""break, continue, else on loops, and nested loops that leave early, all hot."""


def first_factor(n):
    for d in range(2, n):
        if d * d > n:
            continue
        if n % d == 0:
            break
    else:
        return None
    return d


print([first_factor(n) for n in (2, 7, 15, 49, 91, 997, 1001)])


def collatz(n):
    steps = 0
    while n != 1:
        steps += 1
        if n % 2:
            n = 3 * n + 1
            continue
        n //= 2
        if steps > 10000:
            break
    else:
        return steps
    return -1


print(max((collatz(n), n) for n in range(1, 1500)))


def search(grid, wanted):
    for y, row in enumerate(grid):
        for x, cell in enumerate(row):
            if cell == wanted:
                break
        else:
            continue
        break
    else:
        return None
    return x, y


grid = [[x * y for x in range(40)] for y in range(40)]
print(search(grid, 39 * 39), search(grid, 37 * 31), search(grid, -1), search([], 0), search([[]], 0))


def while_else(n):
    out = []
    while n:
        n -= 1
        if n % 1000 == 3:
            out.append(n)
    else:
        out.append("else")
    while True:
        n += 1
        if n > 5:
            break
    else:
        out.append("never")
    return out, n


print(while_else(5000))


def early_return(items):
    for i, item in enumerate(items):
        if item < 0:
            return i
        for j in range(item):
            if j == 17:
                return "j", i
    return "end"


print(early_return([3] * 2000), early_return([3] * 1500 + [-1]), early_return([3] * 1000 + [20]))
i = 0
while i < 5000:
    i += 1
    if i == 4321:
        break
print(i)
for i in []:
    pass
else:
    print("empty", i)
