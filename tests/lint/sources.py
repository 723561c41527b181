# SPDX-License-Identifier: Apache-2.0
"""The files of the source tree that are written by hand."""
import os

TOP = ["include", "src", "man", "tests", "fixtures", ".ci"]
SKIPPED = {"__pycache__", ".git", ".cache"}
SUFFIXES = (".c", ".h", ".py", ".sh", ".md", ".1", ".build", ".txt")


def walk(root, suffixes=SUFFIXES, top=None):
    """Paths relative to ROOT, sorted. Data of fixtures (.json, .data, ...) is not among them;
    build directories are not either, wherever they are."""
    found = []
    if top is None:
        top = TOP
        found += [name for name in os.listdir(root)
                  if name.endswith(suffixes) and os.path.isfile(os.path.join(root, name))]
    for name in top:
        for directory, subdirectories, files in os.walk(os.path.join(root, name)):
            subdirectories[:] = [one for one in subdirectories if one not in SKIPPED]
            found += [os.path.relpath(os.path.join(directory, one), root)
                      for one in files if one.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as stream:
        return stream.read()
