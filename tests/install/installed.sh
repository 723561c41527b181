#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs into a directory of the test's own and checks what a user of the installed files
# meets: programs in C and C++ through pkg-config, shared and static; the exported symbols; the
# man page; nothing else.
# usage: installed.sh BUILD_DIRECTORY SOURCE_DIRECTORY IMAGE
set -eu
build=$1
source=$2
image=$3
root=$build/tests/install/root
work=$build/tests/install/work
rm -rf "$root" "$work"
trap 'rm -rf "$root" "$work"' EXIT
mkdir -p "$work"

count=0
failed=0
# check NAME COMMAND...: one line of TAP
check() {
    name=$1
    shift
    count=$((count + 1))
    if "$@" >"$work/out" 2>&1; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        sed 's/^/# /' "$work/out"
        failed=1
    fi
}

DESTDIR=$root meson install -C "$build" --no-rebuild >"$work/install.log" 2>&1 || {
    cat "$work/install.log" >&2
    exit 1
}
prefix=$root$(sed -n 's/^prefix=//p' "$(find "$root" -name libgpubadge.pc)")
pc_path=$(dirname "$(find "$root" -name libgpubadge.pc)")
libdir=$(dirname "$(find "$root" -name libgpubadge.a)")
include=$prefix/include
expected='gpu 1, cuda 12.4'

# The system's own packages are looked up where they are; only ours are below the root.
ours() {
    PKG_CONFIG_PATH=$pc_path pkg-config "$@" libgpubadge
}

consume() { # OUTPUT COMPILER SOURCE FLAGS...
    program=$work/$1
    compiler=$2
    consumer=$source/tests/install/$3
    shift 3
    # shellcheck disable=SC2086
    $compiler -Wall -Wextra -Werror -o "$program" "$consumer" \
        $(ours --cflags | sed "s|-I/|-I$root/|g") -I"$include" "$@"
    result=$(LD_LIBRARY_PATH=$libdir "$program" "$image")
    echo "printed: $result"
    [ "$result" = "$expected" ]
}

shared() {
    # shellcheck disable=SC2046
    consume "$1" "$2" "$3" -L"$libdir" $(ours --libs)
}

# Only our library is static: what it needs is named by Requires.private and Libs.private.
static() {
    # shellcheck disable=SC2046
    consume "$1" "$2" "$3" "$libdir/libgpubadge.a" \
        $(pkg-config --libs $(ours --print-requires-private | awk '{ print $1 }')) \
        $(sed -n 's/^Libs.private: //p' "$pc_path/libgpubadge.pc")
}

exports() {
    nm -D --defined-only "$libdir/libgpubadge.so" | awk '{ print $3 }' | sort >"$work/exported"
    tr '\n' ' ' <"$include/gpubadge/gpubadge.h" | grep -oE 'gpubadge_[a-z_]+\(' | tr -d '(' |
        sort -u | grep -vx -e gpubadge_error.text -e gpubadge_schema_ >"$work/declared"
    diff "$work/declared" "$work/exported"
}

# Every symbol of the static library that a program could clash with has our prefix.
prefixes() {
    nm --defined-only --extern-only "$libdir/libgpubadge.a" 2>/dev/null |
        awk 'NF == 3 { print $3 }' | grep -v -E '^(gb|gpubadge)_' >"$work/strange" || true
    cat "$work/strange"
    [ ! -s "$work/strange" ]
}

one_header() {
    (cd "$include" && find . -type f) >"$work/headers"
    cat "$work/headers"
    [ "$(cat "$work/headers")" = ./gpubadge/gpubadge.h ]
}

# The program names the library by its SONAME and finds it.
program() {
    LD_LIBRARY_PATH=$libdir "$prefix/bin/gpubadge" --get cuda.requirement.minimum "$image" \
        >"$work/minimum"
    [ "$(cat "$work/minimum")" = 12.4 ]
}

echo TAP version 13
check 'a C program through pkg-config, shared' shared c-shared cc consumer.c
check 'a C program through pkg-config, static' static c-static cc consumer.c
check 'a C++ program through pkg-config, shared' shared cxx-shared c++ consumer.cpp
check 'the installed program runs' program
check 'exactly the declared functions are exported' exports
check 'symbols of the static library have a prefix' prefixes
check 'one header is installed' one_header
check 'the man page is installed' test -s "$prefix/share/man/man1/gpubadge.1"
echo "1..$count"
exit "$failed"
