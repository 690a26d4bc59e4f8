"""Globals that change all the time, while names come and go, are shadowed and deleted."""

counter = 0
state = None


def bump(times):
    global counter, state
    for i in range(times):
        counter += 1
        state = (counter, i)
        if state[0] % 1000 == 0:
            globals()[f"name{i}"] = i
    return counter, state


print(bump(5000), bump(5000))


def read(times):
    out = []
    for i in range(times):
        out.append(counter)
        if i == times - 10:
            del globals()["counter"]
        if i == times - 5:
            globals()["counter"] = "back"
    return out


counter = 1
for attempt in range(3):
    counter = attempt
    bump(20 * attempt)
    try:
        print(read(3000)[-3:])
    except NameError as error:
        print(type(error).__name__, error)
        counter = 5


def shadow(times):
    out = []
    for i in range(times):
        out.append(len("abc"))
        if i % 1000 == 500:
            globals()["len"] = lambda x: "shadow"
        if i % 1000 == 510:
            del globals()["len"]
    return out.count(3), out.count("shadow")


print(shadow(6000))


class Names(dict):
    def __missing__(self, key):
        return 42


space = Names(__builtins__=__builtins__, range=range)
exec("def f():\n    t = 0\n    for i in range(3000):\n        t += missing\n    return t\n", space)
try:
    print(space["f"]())
except NameError as error:
    print(error)
source = "def f():\n    global v\n    t = 0\n    for i in range(3000):\n        v = i\n        t += v\n    return t\n"
for _ in range(3):
    space = {}
    exec(source, space)
    print(space["f"](), space["v"])
