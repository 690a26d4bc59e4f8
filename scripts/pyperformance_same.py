#!/usr/bin/env python3
"""Runs programs of PyPI's pyperformance in every mode and compares what they compute with CPython 3.14.

    scripts/pyperformance_same.py [--command "target/release/taipan"] [--modes off,on,eager,stress] [NAME ...]

pyperformance is installed by pip into a cache folder on the first call; nothing of it is in this repository. Its
programs print no results, so a stand-in for `pyperf` (scripts/pyperformance_shim) writes down what each benchmark
computed, and that is compared line by line. Run it with the oracle's python3.14 or any other.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEASE = "1.14.0"
TIMEOUT = 240
# Programs, with the loops that make a round of them last a tenth of a second or so in CPython.
PROGRAMS = {
    "nbody": 1, "fannkuch": 1, "spectral_norm": 1, "float": 1, "richards": 1, "richards_super": 1, "deltablue": 5,
    "chaos": 1, "raytrace": 1, "hexiom": 1, "nqueens": 1, "go": 1, "scimark": 1, "barnes_hut": 1, "pyflate": 1,
    "meteor_contest": 1, "mdp": 1, "unpack_sequence": 300, "generators": 1, "comprehensions": 500, "coroutines": 1,
    "pidigits": 1, "deepcopy": 20, "json_dumps": 1, "json_loads": 20, "regex_compile": 1, "pprint": 1, "logging": 100,
    "bpe_tokeniser": 1, "typing_runtime_protocols": 100,
}  # fmt: skip
# Smaller arguments where the standard ones take seconds.
ARGUMENTS = {"pidigits": ["--digits", "600"], "fannkuch": []}


def suite():
    """The folder of pyperformance's benchmarks."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "taipan-pyperformance" / RELEASE
    folder = cache / "pyperformance" / "data-files" / "benchmarks"
    if not folder.is_dir():
        pip = [which for which in ("pip3", "pip") if not subprocess.run(["which", which], stdout=subprocess.DEVNULL).returncode]
        if not pip:
            sys.exit("pyperformance_same: there is no pip to install pyperformance with")
        done = subprocess.run([pip[0], "-q", "install", "--no-deps", "--disable-pip-version-check", "--root-user-action=ignore", "--target", cache, f"pyperformance=={RELEASE}"])
        if done.returncode or not folder.is_dir():
            sys.exit(f"pyperformance_same: pip can't install pyperformance {RELEASE}")
    return folder


def run(command, name, folder, rounds):
    """The lines that a program's benchmarks wrote, and what went wrong or None."""
    with tempfile.TemporaryDirectory() as scratch:
        state = pathlib.Path(scratch) / "state"
        environment = {
            "PATH": os.environ["PATH"], "HOME": scratch, "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT / "scripts" / "pyperformance_shim"), "PYPERF_STATE": str(state), "PYPERF_ROUNDS": str(rounds), "PYPERF_LOOPS": str(PROGRAMS[name]),
        }  # fmt: skip
        script = folder / f"bm_{name}" / "run_benchmark.py"
        try:
            done = subprocess.run([*command, script, *ARGUMENTS.get(name, [])], cwd=scratch, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return [], f"timed out after {TIMEOUT} s"
        lines = state.read_text(encoding="utf-8").splitlines() if state.exists() else []
        if done.returncode:
            return lines, f"exit {done.returncode}: {(done.stderr.strip().splitlines() or [''])[-1][:160]}"
        return lines + [f"stdout {line}" for line in done.stdout.splitlines()], None


def judge(reference, outcome):
    """None, or how an outcome differs from the reference."""
    lines, error = outcome
    if error:
        return error
    if lines == reference[0]:
        return None
    pairs = enumerate(zip([*reference[0], "(end)"], [*lines, "(end)"]), 1)
    number, (expected, got) = next((pair for pair in pairs if pair[1][0] != pair[1][1]), (0, ("", "(more)")))
    return f"differs in line {number}: expected {expected.strip()[:100]!r}, got {got.strip()[:100]!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default=str(ROOT / "target/release/taipan"))
    parser.add_argument("--modes", default="off,on,eager,stress")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    found = subprocess.run([ROOT / "scripts" / "oracle.sh"], stdout=subprocess.PIPE, text=True)
    if found.returncode:
        return found.returncode
    oracle = [found.stdout.strip() + "/python3.14"]
    folder, modes = suite(), options.modes.split(",")
    command = shlex.split(options.command)
    command[0] = str(pathlib.Path(command[0]).resolve()) if "/" in command[0] else command[0]

    def program(name):
        reference = run(oracle, name, folder, options.rounds)
        ways = {mode: [*command, "-X", f"jit={mode}", *(["-X", "jit-seed=1"] if mode == "stress" else [])] for mode in modes}
        return reference, {mode: judge(reference, run(way, name, folder, options.rounds)) for mode, way in ways.items()}

    failures, names = 0, options.names or list(PROGRAMS)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (reference, verdicts) in zip(names, pool.map(program, names)):
            if reference[1]:
                failures += 1
                print(f"{name}: the oracle fails: {reference[1]}", flush=True)
                continue
            wrong = {mode: verdict for mode, verdict in verdicts.items() if verdict}
            failures += len(wrong)
            same = [mode for mode in modes if mode not in wrong]
            print(f"{name:26} {len(reference[0]):6} values, same: {' '.join(same) or 'none'}", flush=True)
            for mode, verdict in wrong.items():
                print(f"    {mode}: {verdict}", flush=True)
    print(f"pyperformance: programs {len(names)}, modes {options.modes}, failures {failures} of {len(names) * len(modes)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
