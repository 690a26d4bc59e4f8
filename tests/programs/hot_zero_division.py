"""ZeroDivisionError raised in hot code, direct and inlined, with every operator."""


def ratio(a, b):
    return a / b


def floor(a, b):
    return a // b


def modulo(a, b):
    return a % b


def safe(function, a, b):
    try:
        return function(a, b)
    except ZeroDivisionError as error:
        return f"{type(error).__name__}: {error}"


def loop(function, divisor_at):
    caught = 0
    total = 0
    for i in range(4000):
        try:
            total += function(i, 0 if i == divisor_at else 3)
        except ZeroDivisionError:
            caught += 1
    return total, caught


for function in (ratio, floor, modulo):
    for i in range(3000):
        function(i, 5)
    print(loop(function, -1), loop(function, 2000), loop(function, 3999))
    print(safe(function, 1, 0), safe(function, 1.5, 0), safe(function, 1, 0.0), safe(function, 2**80, 0), safe(function, 0, 0))
for function in (divmod, pow):
    print(safe(function, 0, 0) if function is divmod else safe(function, 0, -1))
print(safe(pow, 0.0, -2), safe(lambda a, b: pow(a, b, 0) if b else 0, 0, 0))
try:
    1 % 0
except ZeroDivisionError as error:
    print(error)
try:
    pow(2, 3, 0)
except ValueError as error:
    print(error)
try:
    1j / 0
except ZeroDivisionError as error:
    print(error)
