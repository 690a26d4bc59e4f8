"""Tracebacks of recursion with repeated lines, chains, notes, groups and SyntaxErrors, as the interpreter prints them."""

import sys
import traceback


def recurse(n):
    if n == 0:
        raise ValueError("bottom")
    recurse(n - 1)


for n in (2, 10):
    try:
        recurse(n)
    except ValueError:
        traceback.print_exc(file=sys.stdout)


def a(n):
    b(n)


def b(n):
    if n:
        a(n - 1)
    else:
        1 / 0


try:
    a(3)
except ZeroDivisionError as error:
    traceback.print_exc(file=sys.stdout, limit=2)
    traceback.print_exc(file=sys.stdout, limit=-1)
    print(traceback.format_exception_only(error), [f.name for f in traceback.extract_tb(error.__traceback__)], traceback.format_tb(error.__traceback__, 1))
try:
    try:
        {}["k"]
    except KeyError as error:
        error.add_note("a note")
        error.add_note("two\nlines")
        try:
            int("x")
        except ValueError as inner:
            raise RuntimeError("third") from inner
except RuntimeError as error:
    traceback.print_exception(error, file=sys.stdout)
    traceback.print_exception(error, chain=False, file=sys.stdout)
try:
    compile("x = (1,\n     2 3)\n", "<code>", "exec")
except SyntaxError as error:
    traceback.print_exception(error, file=sys.stdout, limit=0)
    print(traceback.format_exception_only(error))
try:
    exec(compile("def f():\n    return undefined\nf()\n", "<no source>", "exec"))
except NameError:
    print(traceback.format_exc())


class Odd(Exception):
    def __str__(self):
        raise ValueError("in str")


class Empty(Exception):
    pass


class Multi(Exception):
    def __str__(self):
        return "line one\nline two"


for kind in (Odd, Empty, Multi):
    try:
        raise kind
    except Exception as error:
        print("".join(traceback.format_exception_only(error)), end="")


class Outer:
    class Inner(Exception):
        pass


try:
    raise Outer.Inner("qualified")
except Exception:
    print(traceback.format_exc().splitlines()[-1])
stack = traceback.extract_stack()
print([(f.name, f.line) for f in stack][-1])
te = traceback.TracebackException.from_exception(ValueError("x", 1))
print(te.exc_type_str, list(te.format_exception_only()))


def cause():
    try:
        raise OSError(2, "No such file", "name")
    except OSError as error:
        raise Empty() from error


cause()
