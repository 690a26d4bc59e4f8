#!/usr/bin/env python3
"""Compares the code objects that Taipan and the oracle make of random modules.

    scripts/fuzz_compiler.py [--command "target/release/taipan"] [--count N] [--seed FIRST] [--optimize 0,1,2]

Module N comes from seed N (see tests/fuzz/modules.py). Every field of every code object must be equal; what the oracle
refuses must be refused with the same message and position, and warnings must be the same. A module that differs is
made smaller as long as it does, and kept in target/fuzz.

Runs itself with the oracle, since code objects are compared there.
"""

import argparse
import base64
import json
import marshal
import os
import pathlib
import shlex
import subprocess
import sys
import types
import warnings

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "fuzz"))

FIELDS = """co_name co_qualname co_argcount co_posonlyargcount co_kwonlyargcount co_flags co_stacksize co_firstlineno
co_names co_varnames co_cellvars co_freevars co_code co_exceptiontable co_linetable""".split()

# What either side answers for a module: its marshalled code, or the error; and the warnings.
COMPILE = """
import base64, marshal, warnings
def compiled(source, mode, optimize):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            code = compile(source, "module", mode, dont_inherit=True, optimize=optimize)
            answer = [base64.b64encode(marshal.dumps(code)).decode()]
        except Exception as error:
            places = ("msg", "lineno", "offset", "end_lineno", "end_offset")
            answer = [type(error).__name__, *(getattr(error, place, str(error)) for place in places)]
    return answer, sorted([warning.lineno, str(warning.message)] for warning in caught)
"""

WORKER = COMPILE + """
import json, sys
for line in sys.stdin:
    print(json.dumps(compiled(*json.loads(line))), flush=True)
"""

exec(COMPILE)


class Worker:
    """The command under test, which compiles one source after the other."""

    def __init__(self, command):
        self.command = [*command, "-c", WORKER]
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def compiled(self, *request):
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            self.process.kill()
            told = self.process.communicate()[1].strip().splitlines()
            self.start()
            return [["crash", told[-1] if told else ""], []]


def constant(value):
    """A constant with its type, so that 1, 1.0, True and -0.0 differ, and NaN equals itself."""
    if isinstance(value, (tuple, frozenset)):
        items = [constant(item) for item in value]
        return type(value).__name__, sorted(items, key=repr) if isinstance(value, frozenset) else items
    if isinstance(value, slice):
        return "slice", [constant(part) for part in (value.start, value.stop, value.step)]
    return type(value).__name__, repr(value)


def difference(ours, theirs, where="<module>"):
    """The first difference between two code objects, or None."""
    for field in FIELDS:
        if getattr(ours, field) != getattr(theirs, field):
            return f"{where}.{field}: {getattr(ours, field)!r} is not the oracle's {getattr(theirs, field)!r}"
    if len(ours.co_consts) != len(theirs.co_consts):
        return f"{where}.co_consts: {ours.co_consts!r} is not the oracle's {theirs.co_consts!r}"
    for index, (a, b) in enumerate(zip(ours.co_consts, theirs.co_consts)):
        if isinstance(a, types.CodeType) and isinstance(b, types.CodeType):
            if found := difference(a, b, f"{where}.{b.co_name}"):
                return found
        elif constant(a) != constant(b):
            return f"{where}.co_consts[{index}]: {a!r} is not the oracle's {b!r}"
    return None


def compare(worker, source, mode, optimize):
    """What differs in a source, or None."""
    (theirs, their_warnings), (ours, our_warnings) = compiled(source, mode, optimize), worker.compiled(source, mode, optimize)
    if len(ours) != len(theirs) or len(ours) > 1:
        shown = ["success"] if len(theirs) == 1 else theirs
        return None if ours == theirs else f"{ours if len(ours) > 1 else 'accepted'} is not the oracle's {shown}"
    if found := difference(marshal.loads(base64.b64decode(ours[0])), marshal.loads(base64.b64decode(theirs[0]))):
        return found
    theirs = [list(warning) for warning in their_warnings]
    return None if our_warnings == theirs else f"warnings {our_warnings} are not the oracle's {theirs}"


def smaller(source, differs):
    """The source with as many lines left out as it stays different without."""
    lines, size = source.splitlines(), max(len(source.splitlines()) // 2, 1)
    while size:
        place = 0
        while place < len(lines):
            fewer = lines[:place] + lines[place + size :]
            if fewer and differs("\n".join(fewer) + "\n"):
                lines = fewer
            else:
                place += size
        size //= 2
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default=str(ROOT / "target/release/taipan"))
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="the first module's seed")
    parser.add_argument("--optimize", default="0", help="levels, one after the other from module to module")
    parser.add_argument("--most", type=int, default=20, help="how many differences to make smaller and print")
    options = parser.parse_args()
    if sys.implementation.name != "cpython" or sys.version_info[:2] != (3, 14):
        found = subprocess.run([ROOT / "scripts/oracle.sh"], stdout=subprocess.PIPE, text=True)
        if found.returncode:
            sys.exit("fuzz_compiler: no oracle to compare with")
        os.execv(found.stdout.strip() + "/python3.14", ["python3.14", *sys.argv])
    from modules import generate

    sys.setrecursionlimit(5000)
    levels = [int(level) for level in options.optimize.split(",")]
    worker = Worker(shlex.split(options.command))
    folder = ROOT / "target" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    different = 0
    for seed in range(options.seed, options.seed + options.count):
        source, level = generate(seed), levels[seed % len(levels)]
        found = compare(worker, source, "exec", level)
        if found is None:
            continue
        different += 1
        if different <= options.most:
            def kind(found):
                return found and found.split(":")[0].split(".")[-1].split("[")[0]
            wanted = kind(found)
            small = smaller(source, lambda text: kind(compare(worker, text, "exec", level)) == wanted)
            (folder / f"module{seed}.py").write_text(small)
            print(f"seed {seed}: {compare(worker, small, 'exec', level)[:600]}\n    {folder / f'module{seed}.py'}", flush=True)
    print(f"modules {options.count} from seed {options.seed} different {different}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
