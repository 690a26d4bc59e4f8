"""Float loops whose every bit matters: sums, products, integration, chaotic maps."""


def logistic(x, n, r=3.9):
    for _ in range(n):
        x = r * x * (1 - x)
    return x


print(logistic(0.5, 100), logistic(0.1, 5000), logistic(0.25, 1), logistic(1, 10), logistic(0, 10))


def integrate(f, a, b, n):
    step = (b - a) / n
    total = 0.0
    for i in range(n):
        x = a + (i + 0.5) * step
        total += f(x) * step
    return total


print(integrate(lambda x: x * x, 0, 1, 3000), integrate(lambda x: 1 / (1 + x * x), 0.0, 1.0, 3000), integrate(lambda x: 5, 0, 2, 2000))


def mandelbrot(c, limit):
    z = 0j
    for i in range(limit):
        z = z * z + c
        if abs(z) > 2:
            return i
    return limit


print([mandelbrot(complex(x / 4, 0.5), 200) for x in range(-8, 4)])


def newton(a):
    x = a
    for _ in range(60):
        x = (x + a / x) / 2
    return x


print([newton(float(a)) for a in (2, 3, 10, 1e10, 1e-10)], sum(newton(i * 1.0) for i in range(1, 500)))


def harmonic(n):
    total = 0.0
    for i in range(1, n + 1):
        total += 1 / i
    return total


print(harmonic(10), harmonic(10000))


def norm(values):
    total = 0.0
    for v in values:
        total += v * v
    return total**0.5


print(norm([i * 0.1 for i in range(3000)]), norm([3, 4]), norm([1e200, 1e200]), norm([]), norm([1e-200]), norm([True, 2**40]))


def kahan(values):
    total = compensation = 0.0
    for v in values:
        y = v - compensation
        t = total + y
        compensation = (t - total) - y
        total = t
    return total


print(kahan([0.1] * 5000), sum([0.1] * 5000), kahan([1e16, 1.0, -1e16]), kahan([1.0, float("inf"), 1.0]))
x = 1.0
for i in range(1100):
    x *= 0.5
print(x, 2.0**-1074, 2.0**-1075)
x = 1.0
for i in range(1030):
    x *= 2
print(x, x - x, -x, x * 0)
tiny = 5e-324
for i in range(60):
    tiny += tiny
print(tiny)
