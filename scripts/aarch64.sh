#!/usr/bin/env bash
# Runs `cargo COMMAND ...` for aarch64-unknown-linux-gnu on an x86-64 Debian machine, programs under qemu's
# user-mode emulation. The Rust toolchain is Debian's rustc-web with its arm64 standard library, unpacked into a
# folder of its own; the linker and emulator are Debian packages. rustup's toolchains are not touched.
#
#   scripts/aarch64.sh [CARGO ARGUMENTS]      default: test --release --workspace
#
#   AARCH64_PREFIX      where the toolchain is unpacked   (default ${XDG_CACHE_HOME:-~/.cache}/aarch64-toolchain)
#   AARCH64_TARGET_DIR  cargo's target folder for it      (default target/aarch64)
# Exit status 3 says that the toolchain can't be had; else it is cargo's.
set -euo pipefail

target=aarch64-unknown-linux-gnu
prefix=${AARCH64_PREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/aarch64-toolchain}
log="$prefix/log"
fail() {
  echo "aarch64.sh: $1" >&2
  if [ -s "$log" ]; then tail -n 15 "$log" >&2; fi
  exit 3
}

install_toolchain() {
  export DEBIAN_FRONTEND=noninteractive
  rm -rf "$prefix"
  mkdir -p "$prefix"/{bin,debs,apt/lists/partial,apt/cache/archives/partial} || fail "can't write to $prefix"
  # apt's state is private, because it must know arm64 too, which the system shouldn't.
  local options=(-q -o Dir::Etc::sourcelist=/etc/apt/sources.list.d/debian.sources -o Dir::Etc::sourceparts=-
    -o Dir::State::lists="$prefix/apt/lists" -o Dir::Cache="$prefix/apt/cache" -o APT::Sandbox::User=root
    -o APT::Architectures::=amd64 -o APT::Architectures::=arm64 -o Acquire::Languages=none -o Acquire::Retries=3)
  depends() { apt-cache "${options[@]}" depends "$1" | awk -v want="^$2" '$1 == "Depends:" && $2 ~ want {print $2; exit}'; }
  apt-get "${options[@]}" update >>"$log" 2>&1 || fail "the package lists can't be read"
  local runtime llvm
  runtime=$(depends libstd-rust-web-dev:amd64 'libstd-rust-web-[0-9]')
  [ -n "$runtime" ] || fail "this Debian release has no rustc-web"
  llvm=$(depends "$runtime:amd64" libllvm)
  { apt-get -q update && apt-get -q install -y --no-install-recommends \
      qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc libc6-dev "$llvm"; } >>"$log" 2>&1 \
    || fail "qemu and the cross linker can't be installed"
  (cd "$prefix/debs" && apt-get "${options[@]}" download \
      rustc-web:amd64 "$runtime:amd64" libstd-rust-web-dev:amd64 libstd-rust-web-dev:arm64) >>"$log" 2>&1 \
    || fail "rustc-web can't be downloaded"
  local package tool
  for package in "$prefix"/debs/*.deb; do dpkg -x "$package" "$prefix"; done
  for tool in rustc rustdoc; do
    cat >"$prefix/bin/$tool" <<WRAPPER
#!/bin/sh
LD_LIBRARY_PATH=$prefix/usr/lib/x86_64-linux-gnu exec $prefix/usr/bin/$tool --sysroot $prefix/usr "\$@"
WRAPPER
    chmod +x "$prefix/bin/$tool"
  done
  "$prefix/bin/rustc" -V >>"$log" 2>&1 || fail "the unpacked rustc doesn't run"
  rm -rf "$prefix/debs" "$prefix/apt"
  touch "$prefix/.complete"
}

ready() {
  [ -e "$prefix/.complete" ] || [ -e "$prefix/.ok" ] || return 1
  command -v qemu-aarch64 >/dev/null && command -v aarch64-linux-gnu-gcc >/dev/null
}
[ "$(uname -m)" = x86_64 ] || fail "this is for x86-64 machines; on aarch64 run cargo itself"
ready || install_toolchain

lowest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml" | head -n 1)
release=$("$prefix/bin/rustc" -V | awk '{print $2}')
[ "$(printf '%s\n' "$lowest" "$release" | sort -V | head -n 1)" = "$lowest" ] || fail "Debian's rustc-web is $release, older than $lowest"

export RUSTC="$prefix/bin/rustc" RUSTDOC="$prefix/bin/rustdoc"
export CARGO_TARGET_DIR=${AARCH64_TARGET_DIR:-target/aarch64}
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu"
export CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc AR_aarch64_unknown_linux_gnu=aarch64-linux-gnu-ar
# The integration tests start the command themselves, so they need the emulator too.
export TAIPAN_TEST_RUNNER="$CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER"
echo "aarch64: rustc $release, $(qemu-aarch64 --version | head -n 1)" >&2
[ $# -gt 0 ] || set -- test --release --workspace
subcommand=$1
shift
exec cargo "$subcommand" --target "$target" "$@"
