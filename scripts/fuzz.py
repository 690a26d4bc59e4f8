#!/usr/bin/env python3
"""Compares random programs across Taipan's modes and with the oracle.

    scripts/fuzz.py [--command "target/release/taipan"] [--count N] [--seed FIRST] [--modes off,on,eager,stress] [--shrink N]

Program N comes from seed N (see tests/fuzz/generate.py), so a failure is repeated by its number. A failing program
is kept in target/fuzz, with what each mode printed beside it; the first few are shrunk to SEED.min.py. Without the oracle the modes are compared with
`-X jit=off`, and that is said loudly.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "fuzz"))
from generate import generate  # noqa: E402
from shrink import shrink  # noqa: E402

TIMEOUT = int(os.environ.get("TAIPAN_TEST_TIMEOUT", 60))


def run(command, script):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    try:
        done = subprocess.run([*command, script], env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"-- timed out after {TIMEOUT} s --\n"
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    return f"{out}-- stderr --\n{err}-- exit {done.returncode} --\n"


def shrink_failure(seed, reference, wrong, folder):
    """Shrinks a failing program: as long as the reference ends well and the mode says something else."""
    script = folder / f"{seed}.min.py"

    def fails(text):
        script.write_text(text)
        expected = run(reference, script)
        return expected.endswith("-- exit 0 --\n") and "-- timed out" not in expected and run(wrong, script) != expected

    script.write_text(shrink((folder / f"{seed}.py").read_text(), fails))
    return script


def compare(seed, oracle, command, modes, folder):
    """The modes whose outcome is not the reference's, with the first differing lines."""
    script = folder / f"{seed}.py"
    script.write_text(generate(seed))
    ways = {"oracle": oracle} if oracle else {}
    for mode in modes:
        extra = ["-X", f"jit-seed={seed}"] if mode == "stress" else []
        ways[mode] = [*command, "-X", f"jit={mode}", *extra]
    outcomes = {name: run(way, script) for name, way in ways.items()}
    reference = outcomes[next(iter(ways))]
    wrong = {}
    for name, outcome in outcomes.items():
        if outcome != reference:
            pairs = zip([*reference.splitlines(), "(end)"], [*outcome.splitlines(), "(end)"])
            wrong[name] = next((pair for pair in pairs if pair[0] != pair[1]), ("(end)", "(more)")), ways[name]
    if wrong:
        for name, outcome in outcomes.items():
            (folder / f"{seed}.{name}").write_text(outcome)
    else:
        script.unlink()
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--command", default=str(target / "release" / "taipan"))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="the first program's seed")
    parser.add_argument("--modes", default="off,on,eager,stress")
    parser.add_argument("--shrink", type=int, default=3, help="the most failing programs to shrink")
    parser.add_argument("--seconds", type=float, default=0, help="stop after this time")
    options = parser.parse_args()
    found = subprocess.run([ROOT / "scripts/oracle.sh"], stdout=subprocess.PIPE, text=True)
    oracle = [found.stdout.strip() + "/python3.14"] if found.returncode == 0 else None
    if not oracle:
        print("fuzz: NO ORACLE, the modes are compared with jit=off only", file=sys.stderr)
    folder = ROOT / "target" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    command, modes = shlex.split(options.command), options.modes.split(",")
    failures = done = 0
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        seeds = range(options.seed, options.seed + options.count)
        check = lambda seed: None if options.seconds and time.monotonic() - start > options.seconds else compare(seed, oracle, command, modes, folder)
        for seed, wrong in zip(seeds, pool.map(check, seeds)):
            done += wrong is not None
            if wrong:
                failures += 1
                for name, ((expected, got), way) in wrong.items():
                    print(f"seed {seed} {name}: expected {expected[:160]!r}\n{' ' * len(f'seed {seed} {name}: ')}got      {got[:160]!r}")
                    print(f"    {shlex.join(map(str, way))} {folder / f'{seed}.py'}", flush=True)
                if failures <= options.shrink:
                    reference = oracle or [*command, "-X", "jit=off"]
                    smallest = shrink_failure(seed, reference, next(iter(wrong.values()))[1], folder)
                    print(f"    shrunk: {smallest}\n{smallest.read_text()}", flush=True)
    print(f"fuzz: seeds {options.seed} to {options.seed + done - 1}, programs {done} of {options.count}, modes {options.modes}, failures {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
