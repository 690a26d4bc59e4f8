"""Exception classes: hierarchy, attributes, arguments, str and repr, notes, comparison of all built-in ones."""

import builtins


def tree(kind, depth=0):
    print("  " * depth + kind.__name__)
    for child in sorted(kind.__subclasses__(), key=lambda k: k.__name__):
        if child.__module__ == "builtins":
            tree(child, depth + 1)


tree(BaseException)
for name in sorted(n for n in dir(builtins) if n.endswith(("Error", "Exception", "Warning", "Exit", "Interrupt", "Iteration"))):
    kind = getattr(builtins, name)
    if issubclass(kind, (UnicodeError, SyntaxError, BaseExceptionGroup)) and kind is not UnicodeError:
        continue
    e = kind("a", 2)
    print(name, repr(kind()), str(e), repr(e), e.args)
o = OSError(2, "No such file", "name.txt", None, "other")
print(o, repr(o), o.errno, o.strerror, o.filename, o.filename2, type(o).__name__, type(OSError(13, "x")).__name__, type(OSError(17, "x")).__name__, OSError("one"), OSError(1, 2), IOError is OSError, EnvironmentError is OSError, type(OSError(11, "x")), type(OSError(32, "x")), type(OSError(3, "x")), BlockingIOError(1, "x", 3).characters_written)
s = SyntaxError("bad", ("file", 3, 5, "text", 3, 8))
print(s, s.msg, s.filename, s.lineno, s.offset, s.text, s.end_lineno, s.end_offset, repr(s))
u = UnicodeDecodeError("utf-8", b"\xff\xfe", 0, 1, "bad byte")
print(u, u.encoding, u.object, u.start, u.end, u.reason, UnicodeEncodeError("ascii", "éa", 0, 2, "why"), UnicodeTranslateError("é", 0, 1, "r"), UnicodeEncodeError("ascii", "\U0001F40D", 0, 1, "w"))
k, i, st = KeyError("k"), ImportError("m", name="n", path="p", name_from="f"), StopIteration(5)
print(k, repr(k), i, i.name, i.path, i.name_from, st.value, StopIteration().value, SystemExit(3).code, SystemExit().code, SystemExit(1, 2).code, NameError("n", name="x").name, AttributeError("a", name="x", obj=5).obj, str(KeyError("a", "b")), KeyError(), str(KeyError()))
for call in (lambda: UnicodeDecodeError(1), lambda: ImportError(nome=1), lambda: AttributeError("x", other=1), lambda: ValueError(a=1), lambda: BaseException.__new__(int), lambda: SyntaxError("m", (1, 2)), lambda: UnicodeEncodeError("a", "b", 0, 1), lambda: ValueError().with_traceback(5), lambda: ValueError().add_note(5), lambda: setattr(ValueError(), "__traceback__", 5), lambda: setattr(ValueError(), "__context__", 5), lambda: setattr(ValueError(), "args", 5), lambda: OSError(1, 2, 3, 4, 5, 6)):
    try:
        print(repr(call()))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
e = ValueError("x")
e.add_note("n1")
e.custom = [1]
print(e.__notes__, e.custom, vars(e), e == ValueError("x"), e.__traceback__, e.__cause__, e.__suppress_context__)
e.args = (1, 2, 3)
print(e, repr(e), e.__setstate__({"z": 1}), e.z, e.__reduce__()[:2])


class Custom(KeyError, ValueError):
    default = "d"

    def __init__(self, *, code):
        self.code = code


c = Custom(code=5)
print(repr(c), str(c), c.args, c.code, isinstance(c, LookupError), Custom.__mro__[1:3])
try:
    raise c
except ValueError as caught:
    print(caught is c, caught.__traceback__.tb_lineno > 0)
for bad in ("class E(ValueError, OSError): pass", "class E(KeyError, SyntaxError): pass", "class E(Exception, int): pass", "class E(StopIteration, OSError): pass"):
    try:
        exec(bad)
        print("fine")
    except TypeError as error:
        print(error)
print(issubclass(TimeoutError, OSError), issubclass(RecursionError, RuntimeError), issubclass(KeyboardInterrupt, Exception), issubclass(ModuleNotFoundError, ImportError), PythonFinalizationError.__base__)
