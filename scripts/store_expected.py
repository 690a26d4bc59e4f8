#!/usr/bin/env python3
"""Stores the oracle's outcome of the programs in tests/programs as NAME.expected.

    scripts/store_expected.py [--check] [NAME ...]

Run it after adding or changing a program; only CPython 3.14 ever writes these files. Every program runs three
times with different hash seeds, and one whose output differs between the runs is refused. With --check nothing
is written: the stored files are compared with what the oracle says today.

An outcome is the standard output, a line "-- stderr --", the standard error, and a line "-- exit N --". A part that
doesn't end in a line end is followed by the line "\\ no newline". The path of tests/programs is left out of all paths.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "programs"
TIMEOUT = 20


def find_oracle():
    done = subprocess.run([ROOT / "scripts" / "oracle.sh"], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return pathlib.Path(done.stdout.strip()) / "python3.14"


def part(text):
    return text if not text or text.endswith("\n") else text + "\n\\ no newline\n"


def run(command, name, seed):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": seed,
                   "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, name + ".py"], cwd=PROGRAMS, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT)
    # CPython makes the script's path absolute: the stored text must not know where the repository lies.
    out, err = (text.decode("utf-8", "backslashreplace").replace(f"{PROGRAMS}{os.sep}", "")
                for text in (done.stdout, done.stderr))
    return f"{part(out)}-- stderr --\n{part(err)}-- exit {done.returncode} --\n"


def outcome(command, name):
    """The program's outcome, or the reason why it can't be stored."""
    try:
        first, *others = (run(command, name, seed) for seed in ("0", "1", "4711"))
    except subprocess.TimeoutExpired:
        return None, f"takes longer than {TIMEOUT} s"
    if any(other != first for other in others):
        lines = [pair for other in others for pair in zip(first.splitlines(), other.splitlines()) if pair[0] != pair[1]]
        return None, f"depends on the hash seed or on chance: {lines[:1]}"
    if address := re.search(r".* at 0x[0-9a-f]{8,}\b.*", first):
        return None, f"prints what looks like an address: {address.group()}"
    if "lib/python3" in first:
        return None, "shows a path of the standard library"
    return first, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("names", nargs="*", help="programs, without .py (default: all)")
    options = parser.parse_args()
    command = [str(find_oracle())]
    names = [name.removesuffix(".py") for name in options.names] or sorted(p.stem for p in PROGRAMS.glob("*.py"))
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (text, reason) in zip(names, pool.map(lambda name: outcome(command, name), names)):
            path = PROGRAMS / (name + ".expected")
            stored = path.read_bytes().decode() if path.exists() else None
            if text is None:
                bad += 1
                print(f"{name}: {reason}")
            elif text != stored and options.check:
                bad += 1
                print(f"{name}: the stored outcome is {'missing' if stored is None else 'not the oracle’s'}")
            elif text != stored:
                path.write_bytes(text.encode())
                print(f"{name}: stored ({text.count(chr(10))} lines)")
    print(f"programs {len(names)} refused {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
