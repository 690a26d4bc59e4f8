"""and, or, xor, invert and shifts in hot loops, on small and big integers and booleans."""


def popcount(n):
    count = 0
    while n:
        n &= n - 1
        count += 1
    return count


print([popcount(n) for n in (0, 1, 255, 2**31 - 1, 2**62 - 1, 2**62, 2**63 - 1, 2**100 - 1)], sum(popcount(i) for i in range(2000)))


def xorshift(n):
    x = 88172645463325252
    for _ in range(n):
        x ^= (x << 13) & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 7
        x ^= (x << 17) & 0xFFFFFFFFFFFFFFFF
    return x


print(xorshift(10), xorshift(5000))


def combine(a, b):
    return a & b, a | b, a ^ b, ~a


for i in range(4000):
    combine(i, 0x55)
values = (0, 1, -1, 5, -6, 2**31, -(2**31), 2**62 - 1, -(2**62), 2**62, 2**64 - 1, -(2**64), True, False)
for a in values:
    print(a, [combine(a, b)[:3] for b in (0, -1, 3, -4, 2**62, -(2**63), True)])


def reverse_bits(n, width):
    result = 0
    for _ in range(width):
        result = result << 1 | n & 1
        n >>= 1
    return result


print([reverse_bits(n, 8) for n in range(20)], reverse_bits(0b1011, 70))


def gray(n):
    return [i ^ (i >> 1) for i in range(n)]


print(gray(16), sum(gray(4000)))


def crc(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 & -(value & 1))
    return value ^ 0xFFFFFFFF


print(hex(crc(b"123456789")), hex(crc(bytes(range(256)))))
for pair in ((1.5, 1), ("a", 1), (None, 1), (1, {})):
    for operator in ("&", "|", "^", "<<", ">>"):
        try:
            eval(f"a {operator} b", {"a": pair[0], "b": pair[1]})
        except TypeError as error:
            print(error)
print((2**100).bit_length(), (-5).bit_count(), (6).bit_length(), {1, 2} & {2}, {1} | {2}, {1} ^ {1, 2}, {"a": 1} | {"b": 2})
