"""try, except, else and finally inside hot loops, with every way out of them."""


def ways(n):
    log = []
    for i in range(n):
        try:
            if i % 7 == 0:
                continue
            if i % 11 == 0:
                raise ValueError(i)
            if i == n - 2:
                break
        except ValueError as error:
            log.append(error.args[0])
        else:
            log.append(-1)
        finally:
            log.append(-2)
    return len(log), sum(log), log[-5:]


for n in (50, 2000, 3000):
    print(ways(n))


def returns(i):
    try:
        if i % 2:
            return "try"
        raise KeyError(i)
    except KeyError:
        return "except"
    finally:
        if i == 2500:
            print("finally", i)


print(sum(returns(i) == "try" for i in range(3000)))


def nested(n):
    depth = []
    for i in range(n):
        try:
            try:
                try:
                    if i % 3 == 0:
                        raise TypeError
                    if i % 3 == 1:
                        raise IndexError
                except TypeError:
                    raise LookupError from None
                finally:
                    depth.append(1)
            except IndexError:
                depth.append(2)
        except LookupError as error:
            depth.append(3 if error.__suppress_context__ else 4)
    return depth.count(1), depth.count(2), depth.count(3)


print(nested(3000))


class Manager:
    entered = left = swallowed = 0

    def __enter__(self):
        Manager.entered += 1
        return self

    def __exit__(self, kind, value, trace):
        Manager.left += 1
        if kind is ValueError:
            Manager.swallowed += 1
            return True


def managed(n):
    for i in range(n):
        with Manager() as a, Manager():
            if i % 5 == 0:
                continue
            if i % 7 == 0:
                raise ValueError
    return Manager.entered, Manager.left, Manager.swallowed


print(managed(3000))


def finally_with_exception(n):
    for i in range(n):
        try:
            if i == 2000:
                1 / 0
        finally:
            last = i
            if i == 2000:
                print("cleanup", last)


try:
    finally_with_exception(3000)
except ZeroDivisionError as error:
    print(repr(error))


def name_is_deleted():
    for i in range(1500):
        try:
            raise ValueError(i)
        except ValueError as error:
            pass
    try:
        error
    except UnboundLocalError as problem:
        return str(problem)


print(name_is_deleted())
