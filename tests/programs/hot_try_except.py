"""Exceptions caught in hot loops: kinds of handlers, nesting, contexts, tracebacks."""

import sys
import traceback


def key_errors(n):
    d = {i: i for i in range(0, n, 2)}
    hits = misses = 0
    for i in range(n):
        try:
            hits += d[i]
        except KeyError as error:
            misses += error.args[0]
    return hits, misses


print(key_errors(4000))


def index_errors(n):
    items = [1, 2, 3]
    total = 0
    for i in range(n):
        try:
            total += items[i % 5]
        except IndexError:
            total -= 1
    return total


print(index_errors(4000))


def stop_iterations(n):
    it = iter(range(10))
    total = restarts = 0
    for i in range(n):
        try:
            total += next(it)
        except StopIteration:
            it = iter(range(10))
            restarts += 1
    return total, restarts


print(stop_iterations(4000))


def conversions(n):
    good = bad = 0
    for i in range(n):
        try:
            good += int("12x" if i % 3 == 0 else "12")
        except (TypeError, ValueError):
            bad += 1
        else:
            good += 1
        finally:
            good += 2
    return good, bad


print(conversions(3000))


class Special(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def raises(i):
    if i % 4 == 0:
        raise Special(i)
    if i % 4 == 1:
        raise ValueError(i)
    if i % 4 == 2:
        return [][i]
    return i


def levels(n):
    counts = [0, 0, 0, 0]
    for i in range(n):
        try:
            try:
                raises(i)
                counts[0] += 1
            except Special as error:
                counts[1] += error.code
            except ValueError:
                raise KeyError(i)
        except KeyError as error:
            counts[2] += error.__context__.args[0]
        except LookupError:
            counts[3] += 1
    return counts


print(levels(4000))


def tracebacks(n):
    seen = set()
    for i in range(n):
        try:
            raises(i % 3)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            seen.add((type(error).__name__, tuple((f.name, f.lineno, f.colno) for f in frames)))
            if error.__traceback__.tb_frame is not sys._getframe():
                print("another frame")
            if sys.exception() is not error:
                print("another exception")
        if sys.exception() is not None:
            print("not restored")
    return sorted(seen)


for line in tracebacks(2000):
    print(line)


def finally_order(n):
    log = []
    for i in range(n):
        try:
            if i % 500 == 3:
                continue
            if i == n - 2:
                break
            log.append(1)
        finally:
            log.append(2)
    return len(log), sum(log)


print(finally_order(3000))


def returns_from_finally(i):
    try:
        if i % 2:
            raise ValueError(i)
        return "try"
    except ValueError:
        return "except"
    finally:
        if i % 7 == 0:
            i += 1


print([returns_from_finally(i) for i in range(2000)].count("except"))


def reraises(n):
    caught = 0
    for i in range(n):
        try:
            try:
                if i % 2:
                    raise ValueError("inner")
            finally:
                caught += 1
        except ValueError as error:
            caught += len(traceback.extract_tb(error.__traceback__)) * 100
        try:
            try:
                raises(i)
            except Special:
                raise
            except Exception as error:
                raise RuntimeError("wrapped") from error
        except (Special, RuntimeError) as error:
            caught += error.__cause__ is not None
            caught += 10 * len(traceback.extract_tb(error.__traceback__))
    return caught


print(reraises(2400))


def handler_raises(n):
    out = []
    for i in range(n):
        try:
            try:
                1 // (i % 2)
            except ZeroDivisionError:
                {}["missing"]
        except KeyError as error:
            if i > n - 3:
                out.append((repr(error), repr(error.__context__), [f.lineno for f in traceback.extract_tb(error.__context__.__traceback__)]))
    return out


print(handler_raises(2500))


def in_callee(d, k):
    try:
        return d[k]
    except KeyError:
        return -1


def caught_in_callee(n):
    d = {i: i for i in range(0, 50, 3)}
    total = 0
    for i in range(n):
        total += in_callee(d, i % 50)
    return total


print(caught_in_callee(4000))


def uncaught(i):
    try:
        raises(i)
    except Special:
        return "special"
    finally:
        i = 0


def passes_through(n):
    names = {}
    for i in range(n):
        try:
            name = uncaught(i)
        except Exception as error:
            name = type(error).__name__
        names[name] = names.get(name, 0) + 1
    return names


print(passes_through(4000))


def groups(n):
    total = 0
    for i in range(n):
        try:
            raise ExceptionGroup("several", [ValueError(i), KeyError(i)])
        except* ValueError as group:
            total += len(group.exceptions)
        except* KeyError as group:
            total += 10 * group.exceptions[0].args[0]
    return total


print(groups(400))


def live_values(n):
    """Values on the stack and in registers at the try are there in the handler."""
    a, b, c = 1, 2.5, "s"
    total = 0
    for i, word in enumerate(["x"] * n):
        local = i * 2
        try:
            total += local + int(word if i % 3 else "4")
        except ValueError:
            total += local + a + b + len(c) + i
    return total


print(live_values(3000))


def unbound_in_handler(n):
    message = None
    for i in range(n):
        try:
            if i == n - 1:
                del thing
                thing
            thing = i
        except UnboundLocalError as error:
            message = str(error)
    return message


print(unbound_in_handler(3000))


def deletes_name(n):
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError as error:
            kept = error
    try:
        error
    except UnboundLocalError as problem:
        return kept.args, str(problem)


print(deletes_name(2000))


def recursion(n):
    if n == 0:
        raise ValueError("bottom")
    try:
        recursion(n - 1)
    except ValueError as error:
        if n % 2:
            raise KeyError(n) from error
        raise
    except KeyError:
        raise ValueError(n)


for round in range(300):
    try:
        recursion(9)
    except Exception as error:
        depth = 0
        at = error
        while at is not None:
            depth += 1
            at = at.__context__
        result = type(error).__name__, depth, len(traceback.extract_tb(error.__traceback__))
print(result)


def closes_generators(n):
    """A generator that only the loop has is closed when an exception leaves the loop."""
    log = []

    def source():
        try:
            for i in range(100):
                yield i
        finally:
            log.append("closed")

    for i in range(n):
        try:
            for x in source():
                if x == 3:
                    raises(0)
        except Special:
            log.append("caught")
    return len(log), log[:4], log[-2:]


print(closes_generators(1500))
