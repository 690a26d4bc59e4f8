"""sys.exit from inside nested calls, finally blocks and generators: output, finalisation order, status."""

import atexit
import sys

atexit.register(print, "atexit 1")
atexit.register(lambda: print("atexit 2"))


def generator():
    try:
        yield 1
    finally:
        print("generator finally")


def inner():
    try:
        for _ in generator():
            sys.exit(3)
    except Exception:
        print("not caught by Exception")
    finally:
        print("finally")


try:
    inner()
except SystemExit as error:
    print("caught", error.code, repr(error))
try:
    sys.exit("message")
except SystemExit as error:
    print(error.code)
print("to stderr", file=sys.stderr)
sys.stdout.write("no newline at the end of the output")
raise SystemExit(42)
