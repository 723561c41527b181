#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the instructions of the plain case with a pinned figure, so that it cannot rot unnoticed.

usage: instructions.py [--update] --pins FILE --build KEY PROGRAM

Counts what valgrind's callgrind sees below main(), the dynamic loader left out: a count does not
depend on how busy the machine is. FILE has one figure per KEY (compiler, library, processor,
optimisation); a key without one is skipped, and --update writes it.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import peers

LAYERS = 12
SLACK = 0.10


def count(program, directory):
    """Instructions of one run below main()."""
    image = os.path.join(directory, "image.tar")
    profile = os.path.join(directory, "profile")
    # Nothing else of the environment: meson test has malloc() fill what it gives.
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "LD_BIND_NOW": "1"}
    peers.many_layers(image, LAYERS)
    subprocess.run(["valgrind", "--quiet", "--tool=callgrind", "--toggle-collect=main",
                    f"--callgrind-out-file={profile}", program, "-q", image],
                   env=environment, check=True)
    with open(profile, encoding="utf-8") as stream:
        return int(re.search(r"^(?:summary|totals): (\d+)", stream.read(), re.MULTILINE)[1])


def verdict(found, pinned, key):
    """A line of TAP, and lines of diagnosis."""
    share = found / pinned - 1
    yield (f"{'ok' if abs(share) <= SLACK else 'not ok'} 1 - plain file of {LAYERS} layers: "
           f"{found} instructions, {share:+.1%}")
    if share > SLACK:
        yield f"# {pinned} are pinned for {key}: what made the plain case slower?"
    elif share < -SLACK:
        yield f"# {pinned} are pinned for {key}: pin the gain with meson compile update-instructions"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--pins", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("program")
    options = parser.parse_args()
    with open(options.pins, encoding="utf-8") as stream:
        pins = json.load(stream)
    if not shutil.which("valgrind"):
        print("1..0 # SKIP valgrind is not installed")
        return 0
    if options.build not in pins and not options.update:
        print(f"1..0 # SKIP no figure is pinned for {options.build}")
        return 0
    with tempfile.TemporaryDirectory(prefix="instructions-", dir=os.getcwd()) as directory:
        found = count(os.path.abspath(options.program), directory)
    if options.update:
        pins[options.build] = found
        with open(options.pins, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(pins, indent=2, sort_keys=True) + "\n")
    print("1..1")
    lines = list(verdict(found, pins[options.build], options.build))
    print("\n".join(lines))
    return 0 if lines[0].startswith("ok") else 1


if __name__ == "__main__":
    sys.exit(main())
