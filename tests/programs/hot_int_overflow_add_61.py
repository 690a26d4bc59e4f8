"""Additions and subtractions around 2**61 and 2**62, where a tagged integer ends."""


def climb(value, step, count):
    history = []
    for i in range(count):
        value = value + step
        if i % (count // 4) == 0:
            history.append(value)
    return value, history


def descend(value, step, count):
    for _ in range(count):
        value = value - step
    return value


for exponent in (60, 61, 62, 63, 64):
    edge = 2**exponent
    print(exponent, climb(edge - 5000, 1, 10000))
    print(exponent, climb(-edge + 5000, -1, 10000))
    print(exponent, descend(-edge + 5000, 1, 10000), descend(edge + 5000, 1, 10000))
    print(exponent, descend(edge, edge, 3), descend(-edge, -edge, 3))
    print(climb(edge - 1, 0, 4000)[0] == edge - 1, climb(-edge, 0, 4000)[0] == -edge)
