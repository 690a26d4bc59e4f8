#!/usr/bin/env python3
"""Runs damaged code objects, made from seeds, under a command that must survive all of them.

    scripts/damaged_code.py [--command "target/release/taipan"] [--count N] [--seed FIRST] [--batch N]

Each batch is a process (see tests/fuzz/damaged_code.py). When one crashes or hangs, the number of the code object that
it was at is printed, which repeats it:

    target/release/taipan tests/fuzz/damaged_code.py NUMBER 1 /tmp/progress
"""

import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
STOPPED = 77
SCRIPT = ROOT / "tests" / "fuzz" / "damaged_code.py"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default=str(ROOT / "target/release/taipan"))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0, help="the first number")
    parser.add_argument("--batch", type=int, default=20_000)
    parser.add_argument("--timeout", type=float, default=300, help="seconds for a batch")
    options = parser.parse_args()
    totals, failures = [0, 0, 0], 0
    at, end = options.seed, options.seed + options.count
    with tempfile.NamedTemporaryFile() as progress:
        while at < end:
            progress.truncate(0)
            count = min(options.batch, end - at)
            command = [*shlex.split(options.command), str(SCRIPT), str(at), str(count), progress.name]
            try:
                done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=options.timeout)
                how = f"exit {done.returncode}" if done.returncode >= 0 else f"signal {-done.returncode}"
                numbers = [int(number) for number in done.stdout.split()[-3:]] if done.returncode == 0 else []
                problem = None if len(numbers) == 3 else f"{how}: {(done.stderr.strip().splitlines() or [''])[-1][:200]}"
            except subprocess.TimeoutExpired:
                problem = "hang"
            if problem == f"exit {STOPPED}: ":
                totals[2] += 1
                at = int(pathlib.Path(progress.name).read_text()) + 1
                continue
            if problem is None:
                totals = [total + number for total, number in zip(totals, numbers)]
                at += count
                continue
            failures += 1
            number = int(pathlib.Path(progress.name).read_text() or at)
            print(f"code object {number}: {problem}", flush=True)
            at = number + 1
    # What a batch had done before it ended early isn't counted.
    refused, accepted, late = totals
    print(f"damaged code objects {options.count} refused {refused} run {accepted} stopped {late} failures {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
