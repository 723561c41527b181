#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is made from something else is as it would be made now: the sample images of
fixtures/readme, and man/terminal.svg from what the program prints.

usage: pictures.py [--update] SOURCE GPUBADGE
"""
import hashlib
import os
import subprocess
import sys
import tempfile

import sources
import tap


def draw(root, program):
    return subprocess.run(
        [sys.executable, os.path.join(root, "man", "terminal-picture.py"), program,
         os.path.join(root, "fixtures", "readme")],
        capture_output=True, text=True, check=True).stdout


def check_picture(root, program):
    if draw(root, program) != sources.read(root, "man/terminal.svg"):
        yield "man/terminal.svg is not what the program prints; draw it again with --update"


def digest(path):
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def check_images(root):
    directory = os.path.join(root, "fixtures", "readme")
    pinned = [line.split() for line in sources.read(root, "fixtures/readme/sha256sums").splitlines()]
    here = [name for name in os.listdir(directory) if name.endswith(".tar")]
    yield from tap.differences("image", "sha256sums", [name for _, name in pinned],
                               "fixtures/readme", here)
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([sys.executable, os.path.join(directory, "build.py"), made], check=True)
        for expected, name in pinned:
            if digest(os.path.join(made, name)) != expected:
                yield f"{name}: build.py makes something else"
            if digest(os.path.join(directory, name)) != expected:
                yield f"{name}: is not what sha256sums says"
            if os.path.getsize(os.path.join(directory, name)) > 32 * 1024:
                yield f"{name}: larger than 32 KiB"


def main(arguments):
    update = arguments[:1] == ["--update"]
    root, program = arguments[update:]
    if update:
        with open(os.path.join(root, "man", "terminal.svg"), "w", encoding="utf-8") as stream:
            stream.write(draw(root, program))
        return
    test = tap.Tap()
    test.check("fixtures/readme is what its recipe makes", check_images(root))
    test.check("man/terminal.svg is what the program prints", check_picture(root, program))
    test.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
