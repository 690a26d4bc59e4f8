"""Sums that cross 2**63 and 2**64, as machine words would wrap."""


def fibonacci(count):
    a, b = 0, 1
    for _ in range(count):
        a, b = b, a + b
    return a


for i in range(300):
    fibonacci(20)
for count in (46, 47, 90, 91, 92, 93, 94, 95, 150, 300):
    print(count, fibonacci(count))


def accumulate(value, times):
    total = 0
    for _ in range(times):
        total += value
    return total


for i in range(200):
    accumulate(3, 50)
print(accumulate(2**63 - 1, 1000), accumulate(-(2**63), 1000))
print(accumulate(2**52 + 1, 5000), accumulate(2**62, 2), accumulate(2**62, 4), accumulate(-(2**62), 2), accumulate(-(2**62), 3))
