#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What no file should hold: paths of one machine, reminders, trailing blanks, misspelt words.

usage: words.py SOURCE
"""
import os
import re
import shutil
import subprocess
import sys

import sources
import tap

# Put together here, so that this file does not hold them.
MACHINE = re.compile(r"(?<![\w.-])/(" + "work|root|home|Users" + r")/")
REMINDER = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"]) + r")\b")

# Words that codespell takes for others.
KNOWN_WORDS = "ot,ect,fo,ser,nd,te,ba,iff,ans,crate,spelt,misspelt,noes"


def lines(root, paths):
    for path in paths:
        for number, line in enumerate(sources.read(root, path).split("\n"), 1):
            yield f"{path}:{number}", line


def matching(root, paths, pattern):
    for place, line in lines(root, paths):
        if pattern.search(line):
            yield f"{place}: {line.strip()[:100]}"


def check_blanks(root, paths):
    for place, line in lines(root, paths):
        if line != line.rstrip():
            yield f"{place}: trailing blank"
    for path in paths:
        text = sources.read(root, path)
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield f"{path}: does not end in one newline"
        if "\r" in text:
            yield f"{path}: has a carriage return"


def check_spelling(root, paths):
    done = subprocess.run(["codespell", "--ignore-words-list", KNOWN_WORDS] + paths, cwd=root,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield done.stdout + done.stderr


def main(root):
    paths = sources.walk(root)
    test = tap.Tap()
    test.check("no path of one machine", matching(root, paths, MACHINE))
    test.check("no reminder", matching(root, paths, REMINDER))
    test.check("no trailing blank, one newline at the end", check_blanks(root, paths))
    if shutil.which("codespell"):
        test.check("codespell has nothing to say", check_spelling(root, paths))
    else:
        test.skip("codespell has nothing to say", "codespell is not installed")
    test.finish()


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
