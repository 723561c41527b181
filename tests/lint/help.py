#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Help goes to standard output; usage errors go to standard error alone and stay short.

usage: help.py GPUBADGE
"""
import subprocess
import sys

import tap

COMMANDS = ["inspect", "match", "explain", "tee", "tables", "schema"]

USAGE_ERRORS = [
    [],
    ["inspect"],
    ["--no-such-option"],
    ["-x"],
    ["--get"],
    ["--json=yes", "x"],
    ["--color=blue", "x"],
    ["--json", "--quiet", "x"],
    ["--platform", "amd64", "/dev/null"],
    ["schema", "--json"],
    ["schema", "extra"],
    ["tables", "extra"],
    ["tee", "extra"],
    ["tee", "--report", "fd:1"],
    ["--fail-fast", "x"],
    ["-", "-"],
    ["match"],
    ["match", "x"],
    ["match", "--servers", "x"],
    ["match", "--servers", "-", "-"],
    ["match", "--catalog", "nowhere", "x"],
    ["match", "--catalog", "aws", "--driver", "new", "x"],
    ["match", "--catalog", "aws", "--names", "x", "y"],
    ["match", "--names", "--json", "x"],
    ["match", "--exit-code", "x"],
    ["--servers", "x", "y"],
    ["explain"],
    ["explain", "x", "y"],
    ["explain", "--quiet", "x"],
]


def run(program, arguments):
    return subprocess.run([program] + arguments, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)


def check_help(done):
    if done.returncode != 0:
        yield f"status {done.returncode}, expected 0"
    if done.stderr:
        yield f"on standard error: {done.stderr}"
    if not done.stdout.startswith("usage: gpubadge "):
        yield "does not start with its usage"
    for line in done.stdout.splitlines():
        if len(line.expandtabs()) > 80:
            yield f"{len(line.expandtabs())} columns: {line}"
        if line != line.rstrip():
            yield f"trailing blank: {line}"


def check_error(done):
    if done.returncode != 2:
        yield f"status {done.returncode}, expected 2"
    if done.stdout:
        yield f"on standard output: {done.stdout}"
    lines = done.stderr.splitlines()
    if len(lines) != 1 or not lines[0].startswith("gpubadge: "):
        yield f"expected one line that starts with the program's name: {done.stderr}"
    if "usage:" in done.stderr:
        yield "the help is dumped"


def main(program):
    test = tap.Tap()
    for arguments in [["--help"], ["-h"]] + [[one, "--help"] for one in COMMANDS]:
        test.check(" ".join(arguments), check_help(run(program, arguments)))
    for arguments in USAGE_ERRORS:
        test.check("usage error: " + " ".join(["gpubadge"] + arguments),
                   check_error(run(program, arguments)))
    version = run(program, ["--version"])
    test.check("--version", [] if version.returncode == 0 and not version.stderr and
               version.stdout.startswith("gpubadge ") else [version.stdout + version.stderr])
    test.finish()


if __name__ == "__main__":
    main(sys.argv[1])
