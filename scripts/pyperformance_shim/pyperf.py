"""A stand-in for the module `pyperf` that keeps what a benchmark computed instead of how long it took.

`scripts/pyperformance_same.py` puts it on the path of pyperformance's programs. Most of them throw their results
away, so three things are written, in a form that two runs can be compared by, to the file that PYPERF_STATE names:
what the benchmark's function returned (unless it is a time), the local variables of whoever asked for the time last (that is the
benchmark, after its work), and the data among its module's globals.

PYPERF_ROUNDS says how often each benchmark runs, PYPERF_LOOPS with how many loops.
"""

import os
import sys

__version__ = "2.0.0"
VERSION = (2, 0, 0)

MOST_LINES = 60000
# What depends on the clock or the machine.
VOLATILE = {"t0", "t1", "t2", "dt", "elapsed", "start", "end", "runner", "args", "self", "_", "range_it", "it", "fp", "input_fp", "cmd", "parser", "loops"}

last_locals = {}


def perf_counter():
    """The time as the benchmark sees it, and the moment to look at the benchmark's variables."""
    last_locals.clear()
    last_locals.update(sys._getframe(1).f_locals)
    return 0.0


class State:
    """Writes values as lines, each object once."""

    def __init__(self):
        self.lines = []
        self.seen = {}
        # An object that dies would lend its identity to another.
        self.kept = []

    def write(self, label, value, depth=0):
        if len(self.lines) > MOST_LINES:
            return
        kind = type(value)
        if value is None or kind in (bool, int, float, complex, str, bytes, bytearray, range):
            self.line(depth, label, repr(value))
        elif isinstance(value, type) or callable(value) or kind.__name__ == "module":
            self.line(depth, label, getattr(value, "__qualname__", None) or kind.__qualname__)
        elif id(value) in self.seen:
            self.line(depth, label, f"again {self.seen[id(value)]}")
        else:
            self.seen[id(value)] = len(self.seen)
            self.kept.append(value)
            self.line(depth, label, f"{kind.__qualname__} {self.seen[id(value)]}")
            self.parts(value, depth + 1)

    def parts(self, value, depth):
        if isinstance(value, dict):
            for key, item in list(value.items()):
                if type(key) in (bool, int, float, str, bytes, tuple):
                    self.write(repr(key), item, depth)
                else:
                    self.write("key", key, depth)
                    self.write("value", item, depth)
        elif isinstance(value, (list, tuple)):
            for number, item in enumerate(value):
                self.write(number, item, depth)
        elif isinstance(value, (set, frozenset)):
            for text in sorted(repr(item) if " at 0x" not in repr(item) else type(item).__name__ for item in value):
                self.line(depth, "-", text)
        attributes = dict(getattr(value, "__dict__", {}))
        for base in type(value).__mro__:
            slots = base.__dict__.get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                if hasattr(value, name):
                    attributes[name] = getattr(value, name)
        for name in sorted(attributes):
            if not name.startswith("__"):
                self.write("." + name, attributes[name], depth)

    def line(self, depth, label, text):
        self.lines.append(f"{'  ' * min(depth, 40)}{label}: {text}")


class Runner:
    def __init__(self, add_cmdline_args=None, **options):
        import argparse

        self.metadata = {}
        self.argparser = argparse.ArgumentParser()
        self.args = None

    def parse_args(self, arguments=None):
        if self.args is None:
            self.args = self.argparser.parse_args(arguments)
        return self.args

    def run(self, name, call, timed=False):
        self.parse_args()
        state = State()
        # Deep structures are part of some benchmarks.
        sys.setrecursionlimit(20000)
        for number in range(int(os.environ.get("PYPERF_ROUNDS", "2"))):
            last_locals.clear()
            result = call(int(os.environ.get("PYPERF_LOOPS", "1")))
            if not timed:
                state.write(f"{name} {number} returned", result)
        for key in sorted(last_locals):
            if key not in VOLATILE:
                state.write(f"local {key}", last_locals[key])
        module = vars(sys.modules["__main__"])
        for key in sorted(module):
            if not key.startswith("__") and key not in VOLATILE:
                state.write(f"global {key}", module[key])
        with open(os.environ["PYPERF_STATE"], "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write("\n".join(state.lines) + "\n")

    def bench_time_func(self, name, function, *arguments, **options):
        self.run(name, lambda loops: function(loops, *arguments), timed=True)

    def bench_func(self, name, function, *arguments, **options):
        def call(loops):
            for _ in range(loops):
                result = function(*arguments)
            return result

        self.run(name, call)
