#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a text file as a C array of char that ends in NUL.

usage: embed-text.py FILE HEADER NAME OUTPUT.c
"""
import sys


def main(source, header, name, target):
    with open(source, "rb") as stream:
        data = stream.read()
    lines = [f'#include "{header}"', "", f"const char {name}[] = {{"]
    for start in range(0, len(data), 16):
        lines.append("\t" + "".join(f"{byte}, " for byte in data[start:start + 16]).rstrip())
    lines += ["\t0,", "};", ""]
    with open(target, "w", encoding="ascii") as stream:
        stream.write("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
