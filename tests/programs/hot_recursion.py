"""Recursive functions in hot code: single, mutual, tree, with exceptions on the way up."""


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


print(fibonacci(18))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print([even(n) for n in (0, 1, 50, 51)], sum(even(n % 60) for n in range(500)))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 9))


def hanoi(n, source, target, spare, moves):
    if n:
        hanoi(n - 1, source, spare, target, moves)
        moves.append((source, target))
        hanoi(n - 1, spare, target, source, moves)


moves = []
hanoi(10, "a", "b", "c", moves)
print(len(moves), moves[:3], moves[-1])


def dive(n, log):
    try:
        if n == 0:
            raise LookupError("bottom")
        dive(n - 1, log)
    except LookupError:
        if n % 10 == 0:
            log.append(n)
        raise


for depth in (5, 50, 50, 50):
    log = []
    try:
        dive(depth, log)
    except LookupError as error:
        print(error, log)


def permutations(items):
    if len(items) <= 1:
        return [items]
    return [[x] + rest for i, x in enumerate(items) for rest in permutations(items[:i] + items[i + 1:])]


print(len(permutations([1, 2, 3, 4, 5, 6])), permutations("abc"[0:3].split() + [1])[0])
total = lambda n: 0 if n == 0 else n + total(n - 1)
print(total(500), sum(total(20) for _ in range(300)))
