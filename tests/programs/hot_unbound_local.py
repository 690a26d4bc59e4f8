"""Deleted and unassigned locals in hot loops."""


def deleted(n):
    x = 1
    for i in range(n):
        if i == n - 1:
            del x
        try:
            y = x + i
        except UnboundLocalError as error:
            return y, str(error)
    return y


def never(flag, n):
    for i in range(n):
        if flag and i == n - 1:
            value = i
    return value


def recreated(n):
    count = 0
    for i in range(n):
        value = i
        if i % 3 == 0:
            del value
        try:
            count += value
        except NameError:
            count -= 1
    return count


for _ in range(5):
    deleted(500), never(True, 500), recreated(500)
print(deleted(3000), never(True, 2000), recreated(3000))
for call in (lambda: never(False, 2000), lambda: never(True, 0)):
    try:
        call()
    except UnboundLocalError as error:
        print(type(error).__name__, error)


def loop_variable(items):
    for item in items:
        pass
    return item


print(loop_variable(range(3000)))
try:
    loop_variable([])
except UnboundLocalError as error:
    print(error)


def after_except():
    for i in range(2000):
        try:
            if i == 1999:
                raise KeyError("k")
        except KeyError as problem:
            pass
    return "problem" in locals()


print(after_except())


def conditional(flag):
    if flag:
        x = 1
    try:
        return x
    except NameError as error:
        return error.name, str(error)


print([conditional(i % 2) for i in range(2000)][-2:])


def free():
    def get():
        return cell

    out = []
    for i in range(2000):
        if i == 1000:
            cell = 5
        if i in (999, 1500, 1999):
            try:
                out.append(get())
            except NameError as error:
                out.append(str(error))
        if i == 1600:
            del cell
    return out


print(free())
try:
    print(undefined_global)
except NameError as error:
    print(error.name, error)
try:
    del undefined_global
except NameError as error:
    print(error)
