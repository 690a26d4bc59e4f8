"""Hot loops over generators that raise, are closed, re-entered and abandoned in their middle."""


def numbers(n, log):
    try:
        for i in range(n):
            yield i
    except GeneratorExit:
        log.append("exit")
        raise
    finally:
        log.append("done")


def take(n, limit):
    log, out = [], []
    g = numbers(n, log)
    for x in g:
        if x >= limit:
            g.close()
            break
        out.append(x)
    else:
        log.append("exhausted")
    return sum(out), log


for _ in range(300):
    result = take(20, 10), take(10, 20)
print(result)


def failing(n):
    for i in range(n):
        if i % 50 == 49:
            raise ValueError(i)
        yield i


def resilient(n):
    total = errors = 0
    for _ in range(n):
        try:
            for x in failing(60):
                total += x
        except ValueError as error:
            errors += error.args[0]
    return total, errors


print(resilient(100))


def throw_in(n):
    def accept():
        count = 0
        while True:
            try:
                yield count
            except KeyError:
                count += 100
            else:
                count += 1

    g = accept()
    last = next(g)
    for i in range(n):
        last = g.throw(KeyError(i)) if i % 10 == 0 else next(g)
    return last


print(throw_in(3000))


def chain(*parts):
    for part in parts:
        yield from part


print(sum(chain(range(1000), (x * 0.5 for x in range(1000)), [True] * 10)))


def windows(items, size):
    window = []
    for item in items:
        window.append(item)
        if len(window) > size:
            del window[0]
        if len(window) == size:
            yield tuple(window)


print(sum(max(w) - min(w) for w in windows([(i * 37) % 101 for i in range(2000)], 4)))
