"""Numbers to text and back in hot loops."""


def digits(n):
    total = 0
    for c in str(n):
        total += int(c)
    return total


print(sum(digits(i) for i in range(3000)), digits(2**62), digits(2**63), digits(10**50))


def round_trip(values):
    bad = 0
    for v in values:
        if int(str(v)) != v or int(hex(v), 16) != v or int(bin(v), 2) != v or int(f"{v:o}", 8) != v or eval(repr(v)) != v:
            bad += 1
    return bad


print(round_trip([s * (2**e + d) for e in range(70) for s in (1, -1) for d in (-1, 0, 1)]))


def floats(n):
    x = 0.1
    text = []
    for i in range(n):
        x = x * 1.7 + 0.3
        if float(repr(x)) != x or float(str(x)) != x:
            return i
        if i % 200 == 0:
            text.append(repr(x))
        if x > 1e300:
            x = 1e-300 * i
    return text


print(floats(2000))
out = []
for i in range(2000):
    out.append(f"{i}{i * 0.5}{i:x}{i:>5}{i / 3:.3f}")
print(out[-1], sum(map(len, out)), str(True), repr(-0.0), str(1e16), str(1e15), str(123456789012345678), f"{1e-7}", str(5) + str(5.0))
