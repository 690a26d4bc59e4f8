"""Left shifts that grow out of small integers, and right shifts back."""


def shift_left(value, count):
    return value << count


def shift_right(value, count):
    return value >> count


for i in range(6000):
    shift_left(i, 3)
    shift_right(i, 2)
for value in (1, -1, 3, -3, 0, 255, 2**30, -(2**30)):
    print(value, [shift_left(value, n) for n in (0, 1, 29, 30, 31, 32, 59, 60, 61, 62, 63, 64, 70)])
for value in (2**70, -(2**70), 2**63, -(2**63), 2**62, -1, 5, -5, 0):
    print(value, [shift_right(value, n) for n in (0, 1, 30, 31, 61, 62, 63, 64, 65, 100)])
for function in (shift_left, shift_right):
    for value in (1, 0, 2**80):
        try:
            print(function(value, -1))
        except ValueError as error:
            print(type(error).__name__, error)
print(shift_right(5, 2**70), shift_right(-5, 2**70), shift_left(0, 10**6))
value = 1
for i in range(200):
    value = (value << 1) ^ (value >> 3)
print(value)
print(True << 3, True >> 1, 7 >> True)
try:
    1.0 << 2
except TypeError as error:
    print(error)
