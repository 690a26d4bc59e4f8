#!/usr/bin/env bash
# Runs every check of the project and ends with one line a step.
#
#   scripts/test.sh [--quick]       --quick: formatting and cargo's tests only
#
# A step that can't run because something can't be had (the oracle, the emulator, the network) is a FAILURE of that
# step, not a pass, unless its own text says that it is optional. What is left out is printed.
set -uo pipefail
cd "$(dirname "$0")/.."

quick=0
[ "${1:-}" = --quick ] && quick=1
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
started=$SECONDS
summary=()
failures=0

step() { # step NAME COMMAND...: runs it, remembers how it went
  local name=$1 begun=$SECONDS status
  shift
  echo
  echo "=== $name: $*"
  "$@"
  status=$?
  if [ $status -eq 0 ]; then
    summary+=("$(printf 'ok      %5d s  %s' $((SECONDS - begun)) "$name")")
  else
    failures=$((failures + 1))
    summary+=("$(printf 'FAILED  %5d s  %s (status %d)' $((SECONDS - begun)) "$name" $status)")
  fi
  return $status
}

check_oracle() { # the stored outcomes are the oracle's
  "$python" scripts/store_expected.py --check
}

step "format" cargo fmt --all --check
step "lints" cargo clippy --workspace --all-targets -- -D warnings
step "tests" cargo test --release --workspace --no-fail-fast
if [ "$(uname -m)" = x86_64 ]; then
  step "tail calls" python3 scripts/check_tail_calls.py
else
  echo "SKIPPED, the check of the handlers' tail calls reads x86-64 code only"
fi
echo
echo "SKIPPED, as it needs a package from PyPI: pyperformance's answers (scripts/pyperformance_same.py)"
if [ $quick -eq 0 ]; then
  if step "oracle" scripts/oracle.sh; then
    python=$(scripts/oracle.sh)/python3.14
    step "stored outcomes" check_oracle
    # A failure prints the seed and the shrunk program; scripts/fuzz.py runs more of them.
    step "random programs" python3 scripts/fuzz.py --count 60 --seed 1 --shrink 1
  else
    echo "THE ORACLE IS MISSING: nothing was compared with CPython 3.14" >&2
  fi
  echo "SKIPPED, to be measured first: a sample of the programs for aarch64 under emulation (scripts/aarch64.sh)"
fi

echo
printf '%s\n' "${summary[@]}"
if [ $failures -eq 0 ]; then
  echo "test result: ok. ${#summary[@]} steps passed; 0 failed; finished in $((SECONDS - started))s"
else
  echo "test result: FAILED. $((${#summary[@]} - failures)) steps passed; $failures failed; finished in $((SECONDS - started))s"
fi
[ $failures -eq 0 ]
