"""bytes, bytearray, memoryview and array in hot loops."""

from array import array


def checksum(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


print(checksum(b"hello" * 500), checksum(bytearray(range(256))), checksum(memoryview(b"abc")), checksum([1, 2, 3]))


def fill(buffer, n):
    for i in range(n):
        buffer[i % len(buffer)] = i & 255
    return buffer


print(fill(bytearray(10), 3005), fill([0] * 5, 3000), list(fill(array("B", bytes(5)), 3000)), bytes(fill(memoryview(bytearray(4)), 2002)))
for value in (256, -1, 1.5, "a", None, 2**70):
    try:
        fill_one = bytearray(1)
        fill_one[0] = value
    except (ValueError, TypeError, OverflowError) as error:
        print(type(error).__name__, error)


def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[0] = flags[1] = 0
    for i in range(2, int(n**0.5) + 1):
        if flags[i]:
            flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return sum(flags)


print(sieve(100), sieve(10000))
numbers = array("d", [0.0]) * 100
for i in range(3000):
    numbers[i % 100] += i * 0.5
print(numbers[3], sum(numbers), numbers.typecode, numbers.itemsize)
small = array("i")
for i in range(2000):
    small.append(i - 1000)
print(small[0], small[-1], sum(small), len(small.tobytes()), small.index(5), small[10:13])
for code, value in (("b", 128), ("B", -1), ("i", 2**31), ("q", 2**63), ("Q", -1), ("d", "x"), ("u", "ab")):
    try:
        array(code, [value])
    except (OverflowError, TypeError, ValueError) as error:
        print(code, type(error).__name__, error)
out = bytearray()
for i in range(2000):
    out.append(i % 251)
    out += b"%d" % (i % 10)
print(len(out), out[:6], out[-4:], out.count(b"1"), out.find(b"\xfa"), bytes(out[5:8]).hex())
try:
    out[5000]
except IndexError as error:
    print(error)
view = memoryview(out)
try:
    out.append(1)
except BufferError as error:
    print(error)
view.release()
words = memoryview(array("h", range(1000)))
print(words[5], words[-1], words[2:5].tolist(), words.format, words.nbytes, sum(words))
