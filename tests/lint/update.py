#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what the program prints now into README.md, gpubadge(1) and the picture of a terminal.
Look at the difference before you keep it.

usage: update.py SOURCE GPUBADGE BUILD COMPILER
"""
import os
import subprocess
import sys


def main(root, program, build, compiler):
    here = os.path.dirname(os.path.abspath(__file__))
    subprocess.run([sys.executable, "-B", os.path.join(here, "examples.py"), "--update", "--source", root,
                    "--program", program, "--libraries", build, "--compiler", compiler], check=True)
    subprocess.run([sys.executable, "-B", os.path.join(here, "pictures.py"), "--update", root, program],
                   check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
