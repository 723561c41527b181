#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A recipe makes the same bytes each time: it is built twice and compared."""

import hashlib
import os
import pathlib
import sys

import recipe
from program import argument_parser, scratch_directory
from tap_points import Tap


def content(path):
    """What makes a file of an input what it is; its time does not."""
    mode = f"{path.lstat().st_mode:o}"
    if path.is_symlink():
        return mode, os.readlink(path)
    if path.is_file() and os.access(path, os.R_OK):
        return mode, hashlib.sha256(path.read_bytes()).hexdigest()
    return (mode,)


def built(text, root):
    root.mkdir()
    recipe.build(text, root)
    return {os.fsencode(path.relative_to(root)): content(path) for path in root.rglob("*")
            if not path.is_dir()}


def main():
    parser = argument_parser("build every recipe twice and compare")
    parser.add_argument("suites", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    tap = Tap()
    with scratch_directory(options.scratch) as scratch:
        for path in sorted(path for suite in options.suites for path in suite.glob("*/recipe")):
            text = path.read_text(encoding="utf-8")
            name = f"{path.parent.parent.name} {path.parent.name}"
            place = scratch / name.replace(" ", "-")
            try:
                first = built(text, place.with_suffix(".first"))
                second = built(text, place.with_suffix(".second"))
            except recipe.ToolMissing as missing:
                tap.skip(name, str(missing))
                continue
            tap.point(first == second, name, f"{first}\n{second}")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
