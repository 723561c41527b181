#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""C files are formatted as .clang-format says. Put right with: clang-format -i FILE

usage: format.py SOURCE
"""
import os
import shutil
import subprocess
import sys

import sources
import tap


def check(root, paths):
    done = subprocess.run(["clang-format", "--dry-run", "-Werror"] + paths, cwd=root,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        found = [line.split(":")[:2] for line in done.stderr.splitlines() if ": error: " in line]
        for path in sorted({path for path, _ in found}):
            numbers = sorted({int(number) for name, number in found if name == path})
            yield f"{path}: lines {', '.join(str(number) for number in numbers)}"
        if not found:
            yield done.stderr


def main(root):
    test = tap.Tap()
    paths = sources.walk(root, (".c", ".h"), ["include", "src", "tests"])
    if not shutil.which("clang-format"):
        test.skip("clang-format", "clang-format is not installed")
        test.finish()
    for directory in sorted({os.path.dirname(path) for path in paths}):
        test.check(directory, check(root, [path for path in paths
                                           if os.path.dirname(path) == directory]))
    test.finish()


if __name__ == "__main__":
    main(sys.argv[1])
