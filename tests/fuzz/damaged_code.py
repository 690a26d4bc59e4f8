"""Runs damaged code objects: `damaged_code.py FIRST COUNT PROGRESS_FILE`, under the command that is to survive it.

Code object N is one of `PROGRAMS`' code objects, damaged from seed N: in its marshalled bytes, or in a field. What the
verifier accepts is run with a limit of time. Before each, its number is written to PROGRESS_FILE.
"""

import asyncio
import marshal
import os
import random
import signal
import sys
import types

PROGRAMS = r'''
def arithmetic(a=3, b=4.5, *args, key=7, **kwargs):
    total = a + b * key - a // 2 + a % 3 - (a << 2) + ~a
    for index in range(5):
        total += index ** 2
        if total > 100: break
        elif index == 3: continue
    else:
        total = -total
    return total, args, kwargs, not a, a is b, a < b <= 9, [a, b][0], {a: b}, {a, b}, (a, b, *args)
---
def closures(n=3):
    count = 0
    def inner(step=1):
        nonlocal count
        count += step
        return lambda x=count: (x, count, n)
    made = [inner(i) for i in range(n)]
    del n
    return [f() if f else None for f in made], {k: v for k, v in zip("abc", made)}, {x for x in "ab"}
---
def generators(n=4):
    def produce(k):
        try:
            received = yield k
            while received is not None:
                received = yield received * 2
            yield from range(k)
            return k
        finally:
            k = None
    g = produce(n)
    first = next(g); second = g.send(5); g.send(None)
    rest = list(produce(2))
    g.close()
    return first, second, rest, sum(i * i for i in range(n)), [*produce(1)]
---
def exceptions(value=0):
    seen = []
    for kind in (ValueError, KeyError, ZeroDivisionError):
        try:
            try:
                if kind is ZeroDivisionError: 1 / value
                raise kind("x") from None
            except ValueError as error:
                seen.append(error)
            except (KeyError, IndexError):
                seen.append(1)
                raise
            else:
                seen.append(2)
            finally:
                seen.append(3)
        except Exception as outer:
            seen.append(outer.__context__)
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError as group:
        seen.append(group.exceptions)
    except* TypeError:
        seen.append(4)
    return seen
---
def contexts():
    class Manager:
        def __init__(self, swallow): self.swallow = swallow
        def __enter__(self): return self
        def __exit__(self, *exc): return self.swallow
    out = []
    with Manager(True) as m, Manager(False):
        out.append(m)
        raise ValueError
    with Manager(True) as (a): pass
    for i in range(3):
        with Manager(True):
            if i == 1: continue
            if i == 2: break
            raise KeyError(i)
    return out, a
---
def matching(subject=(1, [2, 3], {"k": 4, "r": 5})):
    results = []
    for each in (subject, 1, "two", [1, 2, 3], {"k": 1}, None, 3.5):
        match each:
            case (a, [b, *c], {"k": d, **rest}): results.append((a, b, c, d, rest))
            case int(x) | float(x) if x: results.append(x)
            case "two" | None: results.append(each)
            case [first, *_, last]: results.append(first + last)
            case {"k": value}: results.append(value)
            case _: results.append("other")
    return results
---
def classes(base=object):
    class Meta(type):
        def __prepare__(name, bases): return {}
    class Generic[T: int = bool](base, metaclass=Meta):
        """Doc."""
        field: int = 1
        __private = 2
        def method(self, x: T) -> T:
            self.x = x
            return super().__init__() or self.x + self.__private
        @property
        def prop(self): return __class__
        @staticmethod
        def static(*a, k=1): return a, k
    type Alias[U] = list[U]
    g = Generic()
    g.method(3)
    return g.prop, g.static(1, *[2], **{"k": 3}), Alias.__value__, Generic.__annotations__
---
def strings(name="w", width=8):
    t = t"{name!r:>{width}} and {width}"
    return f"{name!s:>{width}}{width:x}{name!a}", t.strings, [p.value for p in t.interpolations], "%s-%r" % (name, width)
---
def unpacking(seq=(1, 2, 3, 4)):
    a, *b, c = seq
    (d, e), f = (a, c), b
    d, e = e, d
    x = y = [a, d]
    x[0], y[1:] = e, [f]
    x[:1] += [1]
    del y[0]
    lst = [*seq, *b]; tup = (*seq,); st = {*seq}; dct = {**{"a": 1}, "b": 2}
    assert lst, "never"
    return a, b, c, d, e, f, x, lst, tup, st, dct, (z := a) + z, lst[0:2], lst[::2]
---
def coroutines():
    class It:
        def __init__(self): self.n = 0
        def __aiter__(self): return self
        async def __anext__(self):
            self.n += 1
            if self.n > 3: raise StopAsyncIteration
            return self.n
        async def __aenter__(self): return self
        async def __aexit__(self, *e): return True
    async def agen():
        try:
            yield 1
            yield 2
        finally:
            pass
    async def main():
        total = [x async for x in It()]
        async for y in agen(): total.append(y)
        async with It() as it:
            total.append(it.n)
            raise ValueError
        return total + [await sub(i) for i in range(2)]
    async def sub(i): return i
    coroutine = main()
    try:
        while True: coroutine.send(None)
    except StopIteration as stop:
        return stop.value
---
import_me = 1
def names():
    global import_me
    import_me += 1
    try:
        import missing.module as m
        from missing import a, b as c
    except ImportError:
        pass
    for import_me in "ab": pass
    del import_me
    return locals(), globals().get("import_me")
names()
---
def loops(limit=6):
    out = []
    i = 0
    while i < limit:
        i += 1
        if i % 2 and i != 3 or not out: out.append(i)
        while True:
            if i: break
    else:
        out.append(None)
    return [(a, b) for a in range(3) if a for b in range(a) if not b], out, (i if out else limit)
'''

SAFE = """abs all any ascii bin bool bytearray bytes callable chr classmethod complex delattr dict dir divmod enumerate
filter float format frozenset getattr hasattr hash hex id int isinstance issubclass iter len list locals globals map max
min next object oct ord pow property range repr reversed round set setattr slice sorted staticmethod str sum super tuple
type vars zip __build_class__ ArithmeticError AssertionError AttributeError BaseException Exception ExceptionGroup
GeneratorExit ImportError IndexError KeyError LookupError NameError RuntimeError StopAsyncIteration StopIteration
TypeError UnboundLocalError ValueError ZeroDivisionError Ellipsis NotImplemented None True False""".split()

# Seconds of processor time after which a code object is interrupted, again and again if it goes on. One that catches
# even that ends the process, which is no failure.
LIMIT = 0.05
MOST_INTERRUPTS = 20
STOPPED = 77

interrupts = stopped = 0


class OutOfTime(BaseException):
    pass


class Refused(Exception):
    """The verifier doesn't accept it."""


def out_of_time(number, frame):
    global interrupts
    interrupts += 1
    if interrupts > MOST_INTERRUPTS:
        os._exit(STOPPED)
    raise OutOfTime


def originals():
    codes = []

    def collect(code):
        codes.append(code)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                collect(constant)

    for text in PROGRAMS.split("---"):
        module = compile(text, "program", "exec", dont_inherit=True)
        codes.append(module)
        collect(module)
        codes += [constant for constant in module.co_consts if isinstance(constant, types.CodeType)] * 3
    return codes


def damaged_bytes(data, rng):
    data = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if not data:
            break
        place, what = rng.randrange(len(data)), rng.randrange(9)
        if what == 0:
            data[place] = rng.randrange(256)
        elif what == 1:
            data[place] ^= 1 << rng.randrange(8)
        elif what == 2:
            data[place] = data[rng.randrange(len(data))]
        elif what == 3:
            data[place] = (data[place] + rng.choice((-1, 1))) % 256
        elif what == 4:
            del data[place]
        elif what == 5:
            data.insert(place, rng.randrange(256))
        elif what == 6:
            # Code units change places.
            a, b = place & ~1, rng.randrange(len(data)) & ~1
            data[a : a + 2], data[b : b + 2] = data[b : b + 2], data[a : a + 2]
        elif what == 7:
            a, size = place & ~1, 2 * rng.randint(1, 6)
            b = rng.randrange(len(data)) & ~1
            data[b:b] = data[a : a + size]
        else:
            a = place & ~1
            del data[a : a + 2 * rng.randint(1, 4)]
    return bytes(data)


def shuffled(items, rng):
    items = list(items)
    what = rng.randrange(4)
    if what == 0:
        rng.shuffle(items)
    elif items and what == 1:
        items[rng.randrange(len(items))] = items[rng.randrange(len(items))]
    elif items and what == 2:
        del items[rng.randrange(len(items))]
    elif items:
        items.insert(rng.randrange(len(items)), rng.choice(items))
    return tuple(items)


CODE_FIELDS = ["co_code"] * 8 + ["co_exceptiontable"] * 4 + ["co_linetable"]
TUPLE_FIELDS = ["co_consts", "co_names", "co_varnames", "co_cellvars", "co_freevars"]
NUMBER_FIELDS = ["co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_stacksize", "co_nlocals", "co_firstlineno"]


def damaged(code, rng):
    """A damaged copy; raises what refuses it."""
    if rng.random() < 0.2:
        return marshal.loads(damaged_bytes(marshal.dumps(code), rng))
    if rng.random() < 0.4:
        # What is inside is damaged.
        inner = [i for i, constant in enumerate(code.co_consts) if isinstance(constant, types.CodeType)]
        if inner:
            constants = list(code.co_consts)
            place = rng.choice(inner)
            constants[place] = damaged(constants[place], rng)
            return code.replace(co_consts=tuple(constants))
    changes = {}
    for _ in range(rng.randint(1, 2)):
        what = rng.random()
        if what < 0.75:
            field = rng.choice(CODE_FIELDS)
            changes[field] = damaged_bytes(getattr(code, field), rng)
        elif what < 0.9:
            field = rng.choice(TUPLE_FIELDS)
            changes[field] = shuffled(getattr(code, field), rng)
        elif what < 0.96:
            field = rng.choice(NUMBER_FIELDS)
            changes[field] = getattr(code, field) + rng.choice((-1, 1, 2, 100))
        else:
            changes["co_flags"] = code.co_flags ^ (1 << rng.choice((0, 1, 2, 3, 5, 7, 8, 9)))
    return code.replace(**changes)


def consume(value):
    """Uses what came out of a call."""
    kind = type(value)
    if kind is types.GeneratorType:
        for _ in range(20):
            value.send(None)
        value.close()
    elif kind is types.CoroutineType:
        for _ in range(20):
            value.send(None)
        value.close()
    elif kind is types.AsyncGeneratorType:
        step = value.__anext__()
        for _ in range(20):
            step.send(None)
    elif kind is types.FunctionType:
        consume(value())
    else:
        repr(value)


def run(code, rng):
    import builtins
    safe = {name: getattr(builtins, name) for name in SAFE}
    space = {"__builtins__": safe, "__name__": "damaged"}
    if code.co_freevars or code.co_argcount or code.co_flags & 1:
        closure = tuple(types.CellType(rng.choice((1, "s", [1], None))) for _ in code.co_freevars)
        function = types.FunctionType(code, space, "f", None, closure)
        values = [rng.choice((0, 1, 3, "text", [1, 2], (1, 2), None, {"k": 1}, 2.5)) for _ in range(code.co_argcount)]
        keywords = dict.fromkeys(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount], 1)
        consume(function(*values, **keywords))
    else:
        exec(code, space)
    for value in list(space.values()):
        if type(value) is types.FunctionType:
            consume(value())


def main():
    first, count, progress = int(sys.argv[1]), int(sys.argv[2]), os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT)
    sys.setrecursionlimit(200)
    signal.signal(signal.SIGVTALRM, out_of_time)
    sys.unraisablehook = lambda *unraisable: None
    import warnings
    warnings.simplefilter("ignore")
    codes = originals()
    refused = accepted = 0
    for number in range(first, first + count):
        os.pwrite(progress, b"%20d" % number, 0)
        rng = random.Random(number)
        try:
            accepted += one(rng.choice(codes), rng)
        except Refused:
            refused += 1
        except OutOfTime:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print(f"{refused} {accepted} {stopped}")


def one(code, rng):
    global interrupts, stopped
    try:
        code = damaged(code, rng)
    except (ValueError, TypeError, EOFError, SystemError, OverflowError, MemoryError, NotImplementedError):
        raise Refused from None
    interrupts = 0
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT, LIMIT)
        run(code, rng)
    except BaseException:
        pass
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    stopped += interrupts > 0
    return 1


main()
