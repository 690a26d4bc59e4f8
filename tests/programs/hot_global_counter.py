"""Module-level loops: globals read and written in the hottest code, names deleted and made new."""

count = 0
total = 0.0
for i in range(20000):
    count += i & 3
    total += count * 0.5
print(count, total, i)
table = {}
for name in "abc" * 1000:
    table[name] = table.get(name, 0) + 1
print(table)
x = 1
for i in range(200):
    x = x * 3 + 1
print(x)
a, b = 0, 1
while a < 10**30:
    a, b = b, a + b
print(a)
value = 5
for i in range(6000):
    if i == 3000:
        del value
        value = 2.5
    if i == 4000:
        value = "s"
    if i < 4000:
        last = value * 2
print(value, last)
for i in range(3000):
    if i == 2500:
        del count
        break
try:
    print(count)
except NameError as error:
    print(error)
squares = [i * i for i in range(3000) if i % 2]
print(len(squares), squares[-1], i)


def tick():
    global ticks
    ticks += 1


ticks = 0
for _ in range(5000):
    tick()
print(ticks)
namespace = {"n": 0}
exec("for i in range(5000):\n    n += i\n", namespace)
print(namespace["n"], namespace["i"], i)


class Body:
    total = 0
    for j in range(3000):
        total += j


print(Body.total, Body.j)
