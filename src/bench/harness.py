"""Runs a script again and again in one process and tells each iteration's time.

Arguments: the file descriptor to tell it to, seconds, the most iterations, a function's name or '', the script, its arguments.
Each line told is wall time and CPU time in nanoseconds. Runs in any Python 3.
"""

import os
import sys
import time
import types

LEAST = 2


def prepare():
    function, path = sys.argv[4:6]
    del sys.argv[:5]
    folder = os.path.dirname(os.path.abspath(path))
    sys.path[:1] = [folder]
    with open(path, "rb") as script:
        code = compile(script.read(), path, "exec", dont_inherit=True)

    def load(name):
        module = types.ModuleType(name)
        module.__file__ = path
        module.__builtins__ = __builtins__
        sys.modules[name] = module
        exec(code, module.__dict__)
        return module

    def run():
        try:
            load("__main__")
        except SystemExit as stop:
            if stop.code not in (None, 0):
                raise

    if not function:
        return run
    module = load(os.path.splitext(os.path.basename(path))[0])
    called = getattr(module, function, None)
    if not callable(called):
        sys.exit(f"{path} has no function {function!r}")
    return called


def main():
    descriptor, seconds, most = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    run = prepare()
    wall, cpu, write = time.perf_counter_ns, time.process_time_ns, os.write
    end = wall() + int(seconds * 1e9)
    done = 0
    while done < most and (done < LEAST or wall() < end):
        busy, start = cpu(), wall()
        run()
        taken, busy = wall() - start, cpu() - busy
        write(descriptor, b"%d %d\n" % (taken, busy))
        done += 1


main()
