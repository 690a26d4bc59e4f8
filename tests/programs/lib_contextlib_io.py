"""contextlib and io: managers from generators, ExitStack, suppress, redirect, StringIO and BytesIO."""

import contextlib
import io
import sys


@contextlib.contextmanager
def managed(name, log):
    log.append(f"enter {name}")
    try:
        yield name.upper()
    except ValueError as error:
        log.append(f"handled {error}")
    finally:
        log.append(f"exit {name}")


log = []
with managed("a", log) as a, managed("b", log) as b:
    log.append(a + b)
with managed("c", log):
    raise ValueError("v")
try:
    with managed("d", log):
        raise KeyError("k")
except KeyError as error:
    log.append(repr(error))
print(log)


@contextlib.contextmanager
def broken():
    if False:
        yield


@contextlib.contextmanager
def twice():
    yield 1
    yield 2


for bad in (broken, twice):
    try:
        with bad():
            pass
    except RuntimeError as error:
        print(error)


@managed("deco", log)
def decorated():
    return 5


print(decorated(), decorated(), log[-4:])
log = []
with contextlib.ExitStack() as stack:
    for name in "xyz":
        stack.enter_context(managed(name, log))
    stack.callback(log.append, "callback")
    stack.push(lambda *exc: log.append(exc[0] and exc[0].__name__) or True)
    raise OSError("swallowed")
print(log)
with contextlib.suppress(ZeroDivisionError, KeyError):
    1 / 0
with contextlib.nullcontext(5) as five, contextlib.closing(io.StringIO("text")) as f:
    print(five, f.read())
print(f.closed)
out = io.StringIO()
with contextlib.redirect_stdout(out):
    print("captured", 1)
print(repr(out.getvalue()))


class Chain(contextlib.ContextDecorator):
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        log.append("chain")


@Chain()
def chained():
    return "r"


print(chained(), log[-1])
s = io.StringIO("line one\nline two\r\nlast")
print(repr(s.readline()), s.tell(), s.readlines(), s.seek(0), s.read(4), s.seek(0, 2), s.write("!"), repr(s.getvalue()), s.truncate(4), repr(s.getvalue()), list(io.StringIO("a\nb")), io.StringIO("a\r\nb", newline=None).read().encode(), io.StringIO("x").readable())
b = io.BytesIO(b"hello")
print(b.read(2), b.tell(), b.seek(-1, 2), b.read(), b.write(b"!!"), b.getvalue(), bytes(b.getbuffer()[:3]), b.seek(0), b.readinto(bytearray(3)), b.readline(), b.seek(1), b.readlines(), b.truncate(2), b.getvalue())
t = io.TextIOWrapper(io.BytesIO("é\nü\r\n€".encode()), encoding="utf-8")
print(t.readline().encode(), t.readlines(), t.encoding, t.seekable())
w = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", newline="\r\n", write_through=True)
w.write("é\n")
print(w.buffer.getvalue(), io.BufferedReader(io.BytesIO(b"abcdef"), 2).peek(1)[:1], io.BufferedReader(io.BytesIO(b"ab\ncd")).readlines())
for call in (lambda: f.read(), lambda: io.StringIO(5), lambda: io.BytesIO("x"), lambda: s.seek(-1), lambda: s.write(5), lambda: s.seek(1, 1), lambda: b.write("x"), lambda: s.read("a"), lambda: io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="ascii").read(), lambda: io.StringIO().fileno(), lambda: t.buffer.nope, lambda: w.write("€"), lambda: io.open("/nonexistent/x"), lambda: open("x", "rw"), lambda: open("x", "b"), lambda: open("x", encoding="utf-8", mode="rb")):
    try:
        print(call())
    except (ValueError, TypeError, OSError, AttributeError) as error:
        print(type(error).__name__, error)
buffer = io.StringIO()
for i in range(2000):
    buffer.write(str(i))
    if i % 7 == 0:
        print(i, file=buffer, end=";")
print(len(buffer.getvalue()), buffer.getvalue()[:20])


async def async_part():
    @contextlib.asynccontextmanager
    async def m():
        yield "async"

    async with m() as v, contextlib.AsyncExitStack() as st:
        return v


try:
    async_part().send(None)
except StopIteration as stop:
    print(stop.value)
