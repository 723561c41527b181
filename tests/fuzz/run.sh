#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes every target with clang's libFuzzer under ASan and UBSan.
# usage: tests/fuzz/run.sh BUILD_DIRECTORY SECONDS_PER_TARGET [TARGET...]
set -eu
build=$1
seconds=$2
shift 2
source=$(cd "$(dirname "$0")/../.." && pwd)
targets=${*:-archive codec documents inventory names requirement}

if [ ! -f "$build/build.ninja" ]; then
    CC=clang meson setup "$build" "$source" -Dlibfuzzer=true -Dtests=true \
        -Db_sanitize=address,undefined -Db_lundef=false -Ddefault_library=static >/dev/null
fi
ninja -C "$build" >/dev/null
for target in $targets; do
    corpus=$build/corpus/$target
    mkdir -p "$corpus"
    set -- "$corpus" "$source/fixtures/fuzz/$target"
    case $target in
    archive | codec) set -- "$@" "$source/fixtures/producers" ;;
    esac
    dictionary=$source/fixtures/fuzz/$target.dict
    [ -f "$dictionary" ] && set -- "$@" "-dict=$dictionary"
    echo "fuzz $target: $seconds s"
    (cd "$build" && "./tests/fuzz/fuzz-$target" -max_total_time="$seconds" -max_len=65536 \
        -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 "$@" 2>"$build/fuzz-$target.log") || {
        tail -n 40 "$build/fuzz-$target.log"
        exit 1
    }
    grep -E 'stat::number_of_executed_units|cov:' "$build/fuzz-$target.log" | tail -n 2
done
