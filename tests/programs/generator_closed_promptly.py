"""A generator that a loop leaves early runs its finally blocks at once, not at some collection."""


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def closing(log):
    try:
        for i in count(10**9):
            yield i
    finally:
        log.append("closed")


def first_above(limit, log):
    for x in closing(log):
        if x > limit:
            break
    return x


log = []
print(first_above(3000, log), log)


def nested(log):
    try:
        yield from closing(log)
    finally:
        log.append("nested")


log = []
print(first_above(10, log), log)
for i in range(200):
    log = []
    for x in nested(log):
        if x == 3:
            break
    if log != ["closed", "nested"]:
        print(i, log)
print(log)


def raising(log):
    for x in closing(log):
        if x == 5:
            raise ValueError(x)


log = []
try:
    raising(log)
except ValueError as error:
    error.__traceback__ = None
    del error
print(log)


def returning(log):
    for x in closing(log):
        for y in closing(log):
            return x, y


log = []
print(returning(log), log)
