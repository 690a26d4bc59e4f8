"""Exceptions thrown out of calls that were inlined, caught at every level."""


def inner(x):
    if x == 1234:
        raise ValueError(f"inner {x}")
    return x


def middle(x):
    return inner(x) + 1


def outer(x):
    return middle(x) + 1


def caught_inside(x):
    try:
        return outer(x)
    except ValueError:
        return -1


def caught_in_loop(n):
    total, errors = 0, []
    for i in range(n):
        try:
            total += outer(i)
        except ValueError as error:
            errors.append((i, str(error), error.__traceback__.tb_next.tb_next.tb_frame.f_code.co_name))
    return total, errors


def caught_outside(n):
    total = 0
    for i in range(n):
        total += outer(i)
    return total


print(caught_in_loop(1000), caught_in_loop(3000))
print(sum(caught_inside(i) for i in range(3000)))
print(caught_outside(1000))
try:
    caught_outside(3000)
except ValueError as error:
    names, lines = [], []
    trace = error.__traceback__
    while trace:
        names.append(trace.tb_frame.f_code.co_name)
        lines.append(trace.tb_lineno)
        trace = trace.tb_next
    print(names, lines)


def chained(n):
    for i in range(n):
        try:
            outer(i)
        except ValueError as error:
            raise RuntimeError("chained") from error


try:
    chained(2000)
except RuntimeError as error:
    print(repr(error), repr(error.__cause__), error.__context__ is error.__cause__)


def with_finally(n):
    log = []
    for i in range(n):
        try:
            outer(i)
        finally:
            if i % 617 == 0:
                log.append(i)
            if i == 1234:
                print("finally", log)
    return log


try:
    with_finally(2000)
except ValueError as error:
    print(error)
print(with_finally(1000))
