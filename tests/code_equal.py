"""Compares the compiler's code objects with CPython 3.14's own, field by field.

Run it with python3.14, naming the compiler crate's example `pyc`:

    python3.14 tests/code_equal.py --command target/debug/examples/pyc FILE_OR_FOLDER...

Equal means: every field of every nested code object is equal, constants by type and value, the line table and the
exception table by their bytes. A file that CPython rejects must be rejected with the same error and position.

Prints a line for each differing file (the first difference, with both sides) and closes with
    files N equal N different N
Exit status 0 if no file differs.
"""
import argparse
import collections
import dis
import marshal
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import warnings

FIELDS = ("co_name", "co_qualname", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_flags",
          "co_firstlineno", "co_names", "co_varnames", "co_cellvars", "co_freevars")
LATE_FIELDS = ("co_code", "co_stacksize", "co_exceptiontable", "co_linetable")


def constant(value):
    """A constant with its type, so that 1, 1.0, True and -0.0 differ, and NaN equals itself."""
    if isinstance(value, (tuple, frozenset)):
        items = [constant(v) for v in value]
        return (type(value).__name__, sorted(items, key=repr) if isinstance(value, frozenset) else items)
    if isinstance(value, slice):
        return ("slice", [constant(v) for v in (value.start, value.stop, value.step)])
    return (type(value).__name__, repr(value))


def instructions(code):
    return [(i.opname, i.arg, i.argval.co_name if isinstance(i.argval, types.CodeType) else i.argrepr,
             i.positions and tuple(i.positions)) for i in dis.get_instructions(code)]


def describe(ours, theirs):
    """The first instruction that differs."""
    a, b = instructions(ours), instructions(theirs)
    for x, y in zip(a, b):
        if x != y:
            return f"{x} is not {y}"
    return f"{len(a)} instructions, not {len(b)}: {(a[len(b):] or b[len(a):])[:1]}"


def difference(ours, theirs, where="<module>"):
    """The kind of the first difference between two code objects and its description, or None."""
    for field in FIELDS:
        a, b = getattr(ours, field), getattr(theirs, field)
        if a != b:
            return field, f"{where}.{field}: {a!r} is not {b!r}"
    for i, (a, b) in enumerate(zip(ours.co_consts, theirs.co_consts)):
        if isinstance(a, types.CodeType) and isinstance(b, types.CodeType):
            if found := difference(a, b, f"{where}.{b.co_name}"):
                return found
        elif type(a) is not type(b) or constant(a) != constant(b):
            return "co_consts", f"{where}.co_consts[{i}]: {a!r} is not {b!r}"
    if len(ours.co_consts) != len(theirs.co_consts):
        return "co_consts", f"{where}.co_consts: {ours.co_consts!r} is not {theirs.co_consts!r}"
    for field in LATE_FIELDS:
        a, b = getattr(ours, field), getattr(theirs, field)
        if a != b:
            detail = f"{a!r} is not {b!r}" if field in ("co_stacksize", "co_exceptiontable") else describe(ours, theirs)
            return field, f"{where}.{field}: {detail}"
    return None


def expected(path, optimize):
    """The code object (or None), the error (or None) and the warnings of CPython."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            code = compile(pathlib.Path(path).read_bytes(), str(path), "exec", dont_inherit=True, optimize=optimize)
        flat = str.maketrans("\t\n", "  ")
        return code, None, sorted(f"{w.lineno}|{str(w.message).translate(flat)}" for w in caught)
    except SyntaxError as e:
        return None, [type(e).__name__, e.msg, e.lineno or 0, e.offset or 0, e.end_lineno or 0, e.end_offset or 0], []
    except (ValueError, RecursionError, MemoryError, OverflowError) as e:
        return None, [type(e).__name__, str(e), 0, 0, 0, 0], []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", required=True, help="the example `pyc` of the compiler crate")
    parser.add_argument("--most", type=int, default=20, help="how many differences to print")
    parser.add_argument("--optimize", type=int, default=0)
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    files = []
    for path in map(pathlib.Path, options.paths):
        files += sorted(p for p in path.rglob("*.py") if p.exists()) if path.is_dir() else [path]

    def start():
        return subprocess.Popen([options.command, str(options.optimize)], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True, errors="surrogateescape")

    worker, equal, shown, kinds = start(), 0, 0, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        pyc = os.path.join(folder, "out.pyc")
        for path in files:
            code, error, warned = expected(path, options.optimize)
            try:
                worker.stdin.write(f"{path}\t{pyc}\n")
                worker.stdin.flush()
                answer = worker.stdout.readline().rstrip("\n").split("\t")
            except OSError:
                answer = [""]
            if answer[0] == "ok":
                if error:
                    found = "accepted", f"accepted, where CPython says {error}"
                else:
                    try:
                        found = difference(marshal.loads(pathlib.Path(pyc).read_bytes()[16:]), code)
                        if found is None and sorted(answer[1:]) != warned:
                            found = "warnings", f"{sorted(answer[1:])} is not {warned}"
                    except (ValueError, EOFError, TypeError) as e:
                        found = "marshal", f"CPython can't read the .pyc: {e}"
            elif answer[0] == "error":
                answer = answer[1:3] + [int(x) for x in answer[3:]]
                found = None if error == answer else ("error" if error else "rejected", f"{answer} is not {error or 'success'}")
            else:
                worker.kill()
                worker = start()
                found = "crash", "the compiler crashed"
            if found is None:
                equal += 1
                continue
            kinds[found[0]] += 1
            if (shown := shown + 1) <= options.most:
                print(f"{path}: {found[1][:500]}")
    worker.stdin.close()
    worker.wait()
    print(f"files {len(files)} equal {equal} different {len(files) - equal} {dict(kinds)}")
    return equal != len(files)


if __name__ == "__main__":
    sys.exit(main())
