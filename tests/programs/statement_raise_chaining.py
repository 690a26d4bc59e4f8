"""raise, raise from, re-raise, context and cause, and how they are printed."""

import sys
import traceback


def chain(kind):
    try:
        try:
            raise ValueError("first")
        except ValueError as error:
            if kind == "from":
                raise TypeError("second") from error
            if kind == "none":
                raise TypeError("second") from None
            if kind == "implicit":
                raise TypeError("second")
            if kind == "reraise":
                raise
            if kind == "same":
                raise error
            if kind == "class":
                raise KeyError from OSError
    except Exception as error:
        return error


for kind in ("from", "none", "implicit", "reraise", "same", "class"):
    error = chain(kind)
    print(kind, repr(error), repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
    traceback.print_exception(error, file=sys.stdout)
for text in ("raise", "raise 5", "raise int", "raise ValueError from 5", "raise ValueError from int", "raise None"):
    try:
        exec(text)
    except (RuntimeError, TypeError, ValueError) as error:
        print(text, "->", type(error).__name__, error)


def finally_replaces():
    try:
        1 / 0
    finally:
        raise KeyError("replaced")


try:
    finally_replaces()
except KeyError as error:
    print(repr(error), repr(error.__context__))


class Custom(Exception):
    def __init__(self, a, b=2):
        super().__init__(a, b)
        self.a = a

    def __str__(self):
        return f"custom {self.a}"


try:
    raise Custom(1)
except Exception as error:
    print(error, repr(error), error.args, isinstance(error, Custom))
e = ValueError("a", 1)
print(str(e), repr(e), e.args, str(ValueError()), repr(ValueError("x")), str(KeyError("k")), e.with_traceback(None) is e)
print(sys.exception(), sys.exc_info())
try:
    raise ValueError("now")
except ValueError:
    print(repr(sys.exception()), sys.exc_info()[0].__name__)
    try:
        raise KeyError
    except KeyError:
        print(repr(sys.exception()))
    print(repr(sys.exception()))
print(sys.exception())


def generator():
    try:
        yield 1
    except ValueError:
        print("in generator", repr(sys.exception()))
        yield 2


g = generator()
next(g)
g.throw(ValueError("thrown"))
print(sys.exception())
e.__cause__ = KeyError(1)
try:
    e.__cause__ = 5
except TypeError as error:
    print(error)
try:
    raise e
except ValueError as error:
    print(repr(error.__cause__))
