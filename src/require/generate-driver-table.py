#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns cuda-drivers.json into the C arrays that driver-table.h declares.

usage: generate-driver-table.py cuda-drivers.json driver-table-data.c
"""
import json
import re
import sys

VERSION = re.compile(r"[0-9]+(\.[0-9]+)*\Z")


def c_string(text):
    """TEXT as a C literal; None is NULL."""
    if text is None:
        return "NULL"
    if not all(" " <= character <= "~" for character in text):
        sys.exit(f"not plain ASCII: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def version(text, row):
    if text is not None and not VERSION.match(text):
        sys.exit(f"not a version: {text!r} in {row}")
    return c_string(text)


def rising(rows, key):
    """Rows whose KEY rises, as the look-ups in driver-table.c rely on."""
    order = [[int(number) for number in row[key].split(".")] for row in rows]
    if any(a >= b for a, b in zip(order, order[1:])):
        sys.exit(f"rows are not in rising order of {key}")
    return rows


def main(source, target):
    with open(source, encoding="utf-8") as stream:
        data = json.load(stream)
    sources = data["sources"]
    lines = [
        "/* Generated from cuda-drivers.json; do not edit. */",
        '#include "require/driver-table.h"',
        "",
        f"const char gb_driver_table_date[] = {c_string(data['date'])};",
        "",
        "const struct gb_cuda_release gb_cuda_releases[] = {",
    ]
    for row in rising(data["releases"], "version"):
        lines.append("\t{%s, %s, %s, %s}," % (
            version(row["version"], row), c_string(row["name"]),
            version(row["driver"], row), c_string(sources[row["source"]])))
    lines += ["};", "", "const struct gb_cuda_major gb_cuda_majors[] = {"]
    for row in rising(data["compatibility"], "major"):
        lines.append("\t{%s, %s, %s}," % (
            version(row["major"], row), version(row["driver"], row),
            c_string(sources[row["source"]])))
    lines += ["};", "", "const struct gb_driver_branch_row gb_driver_branches[] = {"]
    for row in rising(data["branches"], "branch"):
        lines.append("\t{%s, %s, %s}," % (
            version(row["branch"], row), version(row["cuda"], row), c_string(row["basis"])))
    lines += [
        "};",
        "",
        f"const size_t gb_cuda_release_count = {len(data['releases'])};",
        f"const size_t gb_cuda_major_count = {len(data['compatibility'])};",
        f"const size_t gb_driver_branch_count = {len(data['branches'])};",
        "",
    ]
    with open(target, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
