"""Exceptions of many kinds out of inlined code, caught in the callee, the caller, the loop, or nowhere."""


def risky(kind, i):
    if kind == 0:
        return [1, 2, 3][i]
    if kind == 1:
        return {"a": 1}[i]
    if kind == 2:
        return 10 // (i - 5)
    if kind == 3:
        return i.missing
    if kind == 4:
        return "a" + i
    if kind == 5:
        a, b = (1, 2, 3)
    if kind == 6:
        return undefined_name
    if kind == 7:
        return int("x")
    if kind == 8:
        return next(iter([]))
    if kind == 9:
        assert i < 5, "assertion"
    if kind == 10:
        return float("1e400") and 2.0**5000
    if kind == 11:
        raise KeyError("own", i)
    return i


def level3(kind, i):
    try:
        return risky(kind, i)
    except (IndexError, ZeroDivisionError) as error:
        return f"level 3 {error}"


def level2(kind, i):
    try:
        return level3(kind, i)
    except KeyError as error:
        return f"level 2 {error}"
    finally:
        level2.count += 1


level2.count = 0


def level1(kind, i):
    try:
        return level2(kind, i)
    except AttributeError as error:
        return f"level 1 {error}"


def run(n, kind):
    for i in range(n):
        try:
            result = level1(kind if i >= n - 1 else 99, i)
        except Exception as error:
            depth = 0
            trace = error.__traceback__
            while trace:
                depth += 1
                trace = trace.tb_next
            result = f"loop {type(error).__name__} {error} depth {depth}"
    return result


for kind in range(12):
    run(300, kind)
for kind in range(13):
    print(kind, run(6, kind), "|", run(1000, kind))
print(level2.count)


def rethrow(n):
    log = []
    for i in range(n):
        try:
            try:
                risky(2, i)
            except ZeroDivisionError as error:
                raise ValueError(i) from error
        except ValueError as error:
            log.append((error.args, repr(error.__cause__)))
    return log


print(rethrow(2000))
