"""Exceptions made, raised, stored, compared and re-raised in hot loops; tracebacks stay right."""


class Failure(Exception):
    count = 0

    def __init__(self, code, *rest):
        super().__init__(code, *rest)
        self.code = code
        Failure.count += 1


def check(i):
    if i % 3 == 0:
        raise Failure(i)
    if i % 7 == 0:
        raise KeyError(i, "seven")
    return i


def gather(n):
    errors = []
    good = 0
    for i in range(1, n):
        try:
            good += check(i)
        except Failure as error:
            errors.append(error)
        except KeyError as error:
            error.args += ("extra",)
            errors.append(error)
    return good, errors


good, errors = gather(2000)
print(good, len(errors), errors[0], repr(errors[-1]), Failure.count, sum(e.code for e in errors if isinstance(e, Failure)))
print({e.__traceback__.tb_lineno for e in errors}, {e.__traceback__.tb_next.tb_lineno for e in errors}, {e.__traceback__.tb_next.tb_next for e in errors}, {e.__context__ for e in errors})


def again(error, n):
    for i in range(n):
        try:
            raise error
        except Failure as caught:
            last = caught
    depth = 0
    trace = last.__traceback__
    while trace:
        depth += 1
        trace = trace.tb_next
    return depth


print(again(Failure(-1), 50))


def contexts(n):
    error = None
    for i in range(n):
        try:
            try:
                raise Failure(i)
            except Failure:
                raise ValueError(i)
        except ValueError as caught:
            error = caught
    return repr(error), repr(error.__context__), error.__context__.__context__


print(contexts(1000))


def loop_else(n):
    tries = 0
    while True:
        try:
            tries += 1
            if tries < n:
                raise Failure(tries)
        except Failure:
            continue
        else:
            return tries
        finally:
            last = tries


print(loop_else(2000))


def stop_iteration(n):
    total = 0
    for i in range(n):
        it = iter(range(i % 4))
        try:
            while True:
                total += next(it) + 1
        except StopIteration:
            total += 100
    return total


print(stop_iteration(1500))


def asserts(n):
    failed = 0
    for i in range(n):
        try:
            assert i % 5, f"bad {i}"
        except AssertionError as error:
            failed += len(str(error))
    return failed


print(asserts(2000))
