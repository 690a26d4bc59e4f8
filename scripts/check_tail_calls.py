#!/usr/bin/env python3
"""Checks that the interpreter's handlers end in tail calls: stable Rust doesn't promise them, and a handler that
makes an ordinary call instead lets the native stack grow with every instruction.

    scripts/check_tail_calls.py [BINARY]      (default: target/release/taipan; needs objdump, x86-64 only)

Fast handlers (`h_...`) may contain no call at all. Warm handlers (`w_...`) and tails may call what they run, directly or through a
fixed address, but must leave for the next handler, which they find in a table, by a jump.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HANDLER = re.compile(r"<.*interpreter::dispatch::(?:shells::)?([hw]_\w+|\w+_tail(?:::<.*>)?)>:$")
FIXED_CALL = re.compile(r"call\s+(?:[0-9a-f]+ <|\*0x[0-9a-f]+\(%rip\))")


def main():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    binary = sys.argv[1] if len(sys.argv) > 1 else target / "release" / "taipan"
    command = ["objdump", "-d", "-C", "--no-show-raw-insn", "--section=.text", str(binary)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listing:
        handlers, bad, name = 0, 0, None
        for line in listing.stdout:
            if line.endswith(">:\n"):
                found = HANDLER.search(line.rstrip())
                name = found and found.group(1)
                handlers += bool(name)
            elif name and "\tcall" in line and (name.startswith("h_") or not FIXED_CALL.search(line)):
                bad += 1
                print(f"{name}: {line.strip()}")
    if listing.returncode:
        sys.exit(f"objdump ended with status {listing.returncode}")
    print(f"handlers {handlers} with calls {bad}")
    return 1 if bad or not handlers else 0


if __name__ == "__main__":
    sys.exit(main())
