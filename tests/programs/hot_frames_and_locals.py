"""sys._getframe, locals() and f_locals looked at from a hot function, and from one that was inlined."""

import sys


def look():
    frame = sys._getframe(1)
    return frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, sorted(frame.f_locals)


def hot(n, when):
    total = 0
    for i in range(n):
        total += i
        if i == when:
            return total, look()


for _ in range(10):
    hot(500, 499)
print(hot(2000, 1999))


def depth():
    frame, names = sys._getframe(), []
    while frame:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def a(x, deep):
    return depth() if deep else x


def b(x, deep):
    value = a(x + 1, deep)
    return value


def c(n):
    for i in range(n):
        result = b(i, i == n - 1)
    return result


print(c(3000))


def snapshot(n):
    x = 0
    for i in range(n):
        x += 0.5
        if i == n - 1:
            seen = locals()
            x = "changed"
            return seen, locals()["x"]


print(snapshot(3000))


def change(n):
    x = 1
    for i in range(n):
        if i == 1500:
            sys._getframe().f_locals["x"] = 10
        x += 1
    return x


print(change(3000))


def caller(n):
    value = 5
    for i in range(n):
        if i == 2000:
            set_in_caller("value", 2.5)
        value += 1
    return value


def set_in_caller(name, value):
    sys._getframe(1).f_locals[name] = value


print(caller(3000))
frame = sys._getframe()
print(frame.f_globals is globals(), frame.f_locals is globals(), frame.f_back, frame.f_code.co_name)
print(eval("i + 1", {"i": 4}), [eval("x * 2", None, {"x": x}) for x in range(3)])


def dynamic():
    y = 2
    exec("y = 3; z = 4")
    return y, eval("y + 1"), "z" in locals()


print(dynamic())
