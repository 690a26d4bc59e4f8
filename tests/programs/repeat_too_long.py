"""Repeating sequences too often: which error, with which arguments, also where the loop is compiled."""


def attempt(sequence, count):
    try:
        return len(sequence * count)
    except (OverflowError, MemoryError) as error:
        return type(error).__name__, error.args


for sequence in ["ab", "é", b"ab", [1, 2], (1, 2)]:
    for count in [-1, 0, 3, 2**61, 2**62, 2**63 - 1, 2**63]:
        results = {attempt(sequence, count) for _ in range(30)}
        print(type(sequence).__name__, count, *results)


def in_place(value, count):
    try:
        value *= count
    except (OverflowError, MemoryError) as error:
        return repr(error)
    return len(value)


print({in_place("xyz", 2**62) for _ in range(2000)})
print({in_place("x" * (i % 2 + 1), 2**62) for i in range(2000)} == {in_place("x", 2**62), in_place("xx", 2**62)})
