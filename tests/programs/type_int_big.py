"""Big integers: arithmetic, conversion, comparison, bit operations, and their agreement with identities."""

import math

a, b = 10**40 + 7, 3**60
print(a + b, a - b, b - a, a * b, a // b, a % b, -a // b, -a % b, a // -b, a % -b, divmod(a * b, b), a**3, -a, abs(-a), a == a + 0, a > b)
print(a & b, a | b, a ^ b, ~a, -a & b, -a | b, -a ^ -b, a << 50, a >> 50, -a >> 3, -a >> 500, a >> 500)
print(int("123456789" * 20), str(7**200), hex(5**100), oct(2**90 - 1), bin(2**70 + 1), int(hex(5**100), 16) == 5**100, int(str(7**200)) == 7**200)
print(float(a), int(1e40), int(-1.5e300) % 1000, 2**1023 * 1.0, a / b, b / a, (10**400) / (10**399), math.isqrt(a), math.gcd(a, 21), math.lcm(a, 14), math.factorial(40), math.comb(100, 50), math.log(10**400), math.log2(2**5000), math.sqrt(10**300))
for call in (lambda: float(10**400), lambda: 10**400 / 3, lambda: 10**400 * 1.0, lambda: math.sqrt(10**700), lambda: int("9" * 4301), lambda: str(10**4300), lambda: 1 << -1, lambda: 10**400 + 0.5, lambda: a // 0, lambda: f"{10**5000:d}"):
    try:
        print(str(call())[:20])
    except (OverflowError, ValueError, ZeroDivisionError) as error:
        print(type(error).__name__, str(error)[:80])
for n in (2**61, 2**62, 2**63, 2**64, 2**100):
    for m in (n - 1, n, n + 1):
        assert m - 1 + 1 == m and -(-m) == m and m // 1 == m and (m << 3) >> 3 == m and m * 3 // 3 == m and (m ^ 12345) ^ 12345 == m
        assert divmod(m, 7)[0] * 7 + divmod(m, 7)[1] == m and divmod(-m, 7)[0] * 7 + divmod(-m, 7)[1] == -m
        assert int(str(m)) == m and int.from_bytes(m.to_bytes(20, "big"), "big") == m and hash(m) == hash(m + 0)
    print(n, hash(n), hash(-n), n.bit_length(), (n - 1).bit_length(), (-n).bit_length(), n.bit_count(), float(n), float(n + 1), n == float(n), n + 1 == float(n))
seed = 12345
for i in range(300):
    seed = (seed * 1103515245 + 12345) % 2**31
    x = seed**7 - seed**3
    y = seed**4 + 1
    q, r = divmod(x, y)
    assert q * y + r == x and 0 <= r < y
    q, r = divmod(-x, y)
    assert q * y + r == -x and 0 <= r < y
    assert (x + y) ** 2 == x * x + 2 * x * y + y * y and (x & y) + (x | y) == x + y and (x ^ y) == (x | y) - (x & y)
    assert pow(x, 5, y) == x**5 % y and math.isqrt(x * x) == abs(x) and int(f"{x:x}", 16) == x and int(f"{x:_d}") == x
print(seed, pow(3, 10**30, 10**9 + 7), pow(a, -1, 1009), (a**20 % 1000003), f"{a:,}", f"{a:_x}", f"{a:+e}", f"{a:.10g}", f"{a:60d}|", f"{-a:<60,d}|", f"{a:%}"[:10])
print(2**64 - 1 == 0xFFFFFFFFFFFFFFFF, -(2**63) == int("-9223372036854775808"), 2**200 > 1e60, 2**200 < float("inf"), (2**53 + 1) > float(2**53), 10**22 == 1e22, 10**23 == 1e23)
print([str(10**k)[-3:] + str(len(str(10**k))) for k in range(15, 25)], round(10**30 + 5, -1), round(-(10**30) - 15, -1), round(2**100, -20))
fibs = [0, 1]
while len(fibs) < 400:
    fibs.append(fibs[-1] + fibs[-2])
print(fibs[-1], sum(fibs), [len(str(f)) for f in fibs[::80]])
print(int.from_bytes(bytes(range(50)), "little"), (2**100).to_bytes(13, "big").hex(), (-(2**70)).to_bytes(9, "little", signed=True).hex(), sorted([2**65, -(2**65), 5, 2.0**65, -1]), {2**65: 1}[2.0**65])
