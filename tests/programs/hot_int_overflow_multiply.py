"""Products that outgrow each integer width in a hot loop."""


def power(base, exponent):
    result = 1
    for _ in range(exponent):
        result *= base
    return result


for i in range(2000):
    power(3, 10)
for base in (2, 3, 7, 10, -2, -3, 1, 0, -1):
    print(base, [power(base, e) for e in (15, 16, 30, 31, 32, 61, 62, 63, 64, 65)])


def factorial(n):
    result = 1
    while n > 1:
        result = result * n
        n -= 1
    return result


for i in range(500):
    factorial(12)
for n in (12, 13, 19, 20, 21, 22, 30, 50):
    print(n, factorial(n))


def congruential(seed, count):
    for _ in range(count):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return seed


print(congruential(1, 5000))
print([a * b for a in (2**31, -(2**31), 2**62, -(2**62), 3037000500) for b in (2**31, -(2**31), 3037000500, -1, 0)])
