"""A hot integer sum that turns into floats half way."""


def total(items):
    result = 0
    for item in items:
        result += item
    return result


numbers = list(range(2000))
for _ in range(40):
    first = total(numbers)
print(first)
numbers[1500] = 0.5
print(total(numbers))
numbers[3] = -0.0
print(total(numbers))
numbers = [1.5] * 2000
print(total(numbers))
numbers[1999] = 1
print(total(numbers))
print(total([True] * 3000), total([True, 2, 3.25]))
print(total([1, 2j, 3.0]))
