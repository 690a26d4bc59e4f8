"""Exception groups and except*: splitting, nesting, re-raising, tracebacks."""

import sys
import traceback


def handle(group):
    log = []
    try:
        try:
            raise group
        except* ValueError as eg:
            log.append(("value", [str(e) for e in eg.exceptions]))
        except* (TypeError, KeyError) as eg:
            log.append(("type", eg))
        else:
            log.append("else")
        finally:
            log.append("finally")
    except BaseException as rest:
        log.append(("rest", rest))
    return log


G = ExceptionGroup
for group in (G("a", [ValueError(1)]), G("b", [ValueError(1), TypeError(2), G("c", [ValueError(3), OSError(4)])]), G("d", [OSError(5)]), ValueError("naked"), OSError("naked"), BaseExceptionGroup("e", [KeyboardInterrupt(), KeyError(1)])):
    for line in handle(group):
        print(line)
g = G("top", [ValueError(1), G("sub", [TypeError(2), ValueError(3)]), KeyError(4)])
print(g.split(ValueError), g.subgroup(lambda e: isinstance(e, KeyError)), g.subgroup(OSError), g.split(G))
print(repr(g), str(g), g.message, len(g.exceptions), g.derive([ValueError(0)]))
for arguments in ((), ("m",), ("m", []), ("m", [1]), ("m", 5), (5, [ValueError()]), ("m", [KeyboardInterrupt()])):
    try:
        G(*arguments)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(type(BaseExceptionGroup("m", [ValueError()])).__name__)


class Mine(G):
    def derive(self, exceptions):
        return Mine(self.message + "!", exceptions)


match, rest = Mine("mine", [ValueError(1), KeyError(2)]).split(ValueError)
print(repr(match), repr(rest))


def raising():
    try:
        raise G("outer", [ValueError("one"), TypeError("two")])
    except* ValueError:
        raise KeyError("new")


try:
    raising()
except ExceptionGroup as error:
    print(repr(error), [type(e).__name__ for e in error.exceptions])
    traceback.print_exception(error, file=sys.stdout)


def control():
    for i in range(3):
        try:
            raise G("x", [ValueError(i)])
        except* ValueError:
            if i == 1:
                x = i
    return x


print(control())
for text in ("for x in y:\n try: pass\n except* A: break", "def f():\n try: pass\n except* A: return 1", "for x in y:\n try: pass\n except* A: continue"):
    try:
        compile(text, "<t>", "exec")
    except SyntaxError as error:
        print(error.msg)
try:
    try:
        raise ValueError
    except* ExceptionGroup:
        pass
except TypeError as error:
    print(error)
e = ValueError("noted")
e.add_note("a note")
e.add_note("more\nlines")
raise G("uncaught", [e, G("inner", [TypeError("deep")])])
