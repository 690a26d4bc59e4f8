"""Generators that are closed or thrown into while their compiled code is used."""


def counting(log, n):
    i = 0
    try:
        while i < n:
            try:
                i += (yield i) or 1
            except KeyError as error:
                log.append(("caught", error.args[0], i))
                i += 10
    finally:
        log.append(("closed", i))


log = []
g = counting(log, 10**9)
total = 0
for x in g:
    total += x
    if x > 3000:
        break
print(total, log)
print(g.throw(KeyError("thrown")), log)
print(next(g), g.send(5), g.send(None))
for x in g:
    if x > 6000:
        break
try:
    g.throw(ValueError("out"))
except ValueError as error:
    print("value error", error.args, error.__traceback__.tb_next.tb_lineno)
print(log)
print(list(g))
try:
    g.throw(ValueError("finished"))
except ValueError as error:
    print("finished", error.args)


def many(log):
    for round in range(300):
        inner = counting(log, 100)
        for x in inner:
            if x == round % 7:
                break
        inner.close()
        try:
            next(inner)
        except StopIteration as stop:
            if stop.value is not None:
                print("value", stop.value)


log = []
many(log)
print(len(log), log[:9])


def stubborn():
    i = 0
    while True:
        i += 1
        try:
            yield i
        except GeneratorExit:
            if i > 2000:
                yield "no"
            return


for limit in (10, 2500):
    g = stubborn()
    for x in g:
        if x == limit:
            break
    try:
        g.close()
        print("closed", limit)
    except RuntimeError as error:
        print(error)


def returning(n):
    for i in range(n):
        got = yield i
        if got is not None:
            return got, i
    return "end", n


def drive(n):
    results = set()
    for round in range(n):
        g = returning(round % 5)
        try:
            while True:
                next(g)
        except StopIteration as stop:
            results.add(stop.value)
        g = returning(5)
        next(g)
        try:
            g.send(round % 3)
        except StopIteration as stop:
            results.add(stop.value)
    return sorted(results, key=repr)


print(drive(700))


def raising(n):
    for i in range(n):
        if i == 5:
            raise StopIteration("inside")
        yield i


for round in range(400):
    try:
        for x in raising(9):
            pass
    except RuntimeError as error:
        seen = (str(error), type(error.__cause__).__name__, error.__cause__.args)
print(seen)


def handles():
    """A yield inside a handler keeps its own handled exception."""
    import sys

    i = 0
    while True:
        try:
            raise ValueError(i)
        except ValueError:
            got = yield sys.exc_info()[1].args
            i += 1
            if sys.exc_info()[1].args != (i - 1,):
                print("lost")
        if sys.exc_info()[1] is not None and got is None:
            print("leaked")


def use_handles():
    import sys

    g = handles()
    out = []
    for round in range(1500):
        try:
            raise KeyError(round)
        except KeyError:
            out.append((g.send(None if round == 0 else 1)[0], sys.exc_info()[1].args[0]))
        if sys.exc_info()[1] is not None:
            print("still handled")
    return out[:2], out[-1]


print(use_handles())
