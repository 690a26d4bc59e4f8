"""Dictionaries and sets grown, shrunk and read in hot loops, with all sorts of keys."""


def fill(n):
    table = {}
    for i in range(n):
        table[i * 7 % 1009] = i
        table["k" + str(i % 50)] = i
        table[(i % 5, i % 3)] = i
        table[i / 4] = i
        if i % 4 == 0:
            table.pop(i * 7 % 1009, None)
    return table


table = fill(4000)
print(len(table), list(table)[:8], list(table.values())[-3:], table.get(1.0), table[(1, 1)])


def histogram(text):
    counts = {}
    for character in text:
        counts[character] = counts.get(character, 0) + 1
    return counts


print(histogram("mississippi" * 500))


def delete_all(n):
    table = {i: i for i in range(n)}
    for i in range(n - 3):
        del table[i]
    table["again"] = 1
    return table


print(delete_all(3000))


def sieve(n):
    composite = set()
    primes = []
    for i in range(2, n):
        if i not in composite:
            primes.append(i)
            composite.update(range(i * i, n, i))
    return primes


print(len(sieve(3000)), sieve(40), sum(sieve(1000)))
seen = set()
for i in range(5000):
    seen.add(i % 97)
    seen.discard(i % 5)
print(len(seen), min(seen), max(seen), 4 in seen, 96 in seen, 1.0 * 96 in seen, "x" in seen)


def iterate(table):
    total = 0
    for key in table:
        total += table[key]
    for key, value in table.items():
        total += key * value
    return total


print([iterate({i: i * 2 for i in range(n)}) for n in (10, 1000, 2000)])
for change in (lambda d, k: d.__setitem__(k + 1000, 1), lambda d, k: d.pop(k)):
    table = {i: i for i in range(10)}
    try:
        for key in table:
            change(table, key)
    except RuntimeError as error:
        print(error)
table = {i: i for i in range(10)}
for key in table:
    table[key] += 1
print(table)
try:
    items = {1, 2, 3}
    for x in items:
        items.add(x + 10)
except RuntimeError as error:
    print(error)
