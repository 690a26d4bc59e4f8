#!/usr/bin/env bash
# Installs the interpreters that Taipan is compared with beside the system's own, which stays as it is:
#   python3.14  the oracle: CPython of Taipan's language level, with its test suite
#   pypy3       PyPy, to race against
# They are Debian packages of the suite sid, unpacked into a prefix together with the loader and C library
# they were built for, so that the machine's release doesn't matter.
#
#   scripts/oracle.sh [PREFIX]      default: ${XDG_CACHE_HOME:-~/.cache}/python-oracle
#
# Prints the folder that holds the commands; the second call is instant. When they can't be had the last
# lines on standard error say why, and the exit status is 3, so that nobody takes a missing oracle for a pass.
set -euo pipefail

prefix=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/python-oracle}

fail() {
  echo "oracle.sh: $1" >&2
  if [ -s "$prefix/log" ]; then tail -n 15 "$prefix/log" >&2; fi
  echo "oracle.sh: there is NO ORACLE at $prefix: nothing can be compared with CPython 3.14" >&2
  exit 3
}

if [ -e "$prefix/bin/.complete" ] && [ -x "$prefix/bin/python3.14" ]; then
  echo "$prefix/bin"
  exit 0
fi

machine=$(dpkg --print-architecture 2>/dev/null) || fail "dpkg is missing: this needs a Debian (or derived) system"
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
mkdir -p "$prefix"/{bin,root,debs,apt/lists/partial,apt/cache/archives/partial} || fail "can't write to $prefix"
: >"$prefix/log"

# A private apt state: sid's lists never reach the system's own.
mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\(http[^ ]*debian\) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=http://deb.debian.org/debian
private_apt() {
  apt-get -q -o Dir::Etc::sourcelist="$prefix/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::Lists="$prefix/apt/lists" -o Dir::Cache="$prefix/apt/cache" -o APT::Sandbox::User=root \
    -o Acquire::Languages=none -o Acquire::Retries=3 "$@" >>"$prefix/log" 2>&1
}
list_suite() {
  echo "deb [$1] $mirror sid main" >"$prefix/apt/sources.list"
  private_apt update && ! grep -q NO_PUBKEY "$prefix/log"
}
# An older release's keyring lacks the key that signs sid today.
list_suite "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg" \
  || { : >"$prefix/log"; list_suite "trusted=yes"; } || fail "sid's package lists can't be read from $mirror"

libraries=(libc6 libgcc-s1 libbz2-1.0 libexpat1 libffi8 liblzma5 libncursesw6 libtinfo6 libreadline8t64 libsqlite3-0
  libssl3t64 libuuid1 libzstd1 zlib1g libgdbm6t64 libdb5.3t64)
interpreters=(libpython3.14-minimal libpython3.14-stdlib libpython3.14-testsuite python3.14-minimal python3.14 pypy3 pypy3-lib)
(cd "$prefix/debs" && private_apt download "${libraries[@]}" "${interpreters[@]}") || fail "the packages can't be downloaded for $machine"
for package in "$prefix"/debs/*.deb; do dpkg -x "$package" "$prefix/root" || fail "$package is damaged"; done

if ! command -v patchelf >/dev/null; then
  { apt-get -q update && apt-get -q install -y --no-install-recommends patchelf; } >>"$prefix/log" 2>&1 \
    || fail "patchelf can't be installed"
fi
lib="$prefix/root/usr/lib/$triplet"
loader=$(basename "$(ls "$lib"/ld-linux-*.so.* | head -n 1)") || fail "no loader in libc6"
for command in python3.14 pypy3; do
  program=$(readlink -f "$prefix/root/usr/bin/$command")
  patchelf --set-interpreter "$lib/$loader" --force-rpath --set-rpath "$lib" "$program" || fail "patchelf: $program"
  ln -sf "$program" "$prefix/bin/$command"
done
"$prefix/bin/python3.14" -c 'import sys, test; assert sys.version_info[:2] == (3, 14)' 2>>"$prefix/log" \
  || fail "the unpacked python3.14 doesn't run"
rm -rf "$prefix/debs" "$prefix/apt" "$prefix/log"
touch "$prefix/bin/.complete"
echo "$prefix/bin"
