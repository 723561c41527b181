#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns catalog.json into the C array that catalog.h declares.

usage: generate-catalog.py catalog.json catalog-data.c
"""
import json
import re
import sys

TYPE = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\Z")
ARCH = re.compile(r"[0-9]+\.[0-9]+\Z")
ARCHITECTURES = [None, "amd64", "arm64"]


def c_string(text):
    """TEXT as a C literal; None is NULL."""
    if text is None:
        return "NULL"
    if not all(" " <= character <= "~" for character in text):
        sys.exit(f"not plain ASCII: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def check(row):
    """A type is what its cloud takes for a name; AMD's GPUs have none of NVIDIA's properties."""
    if not TYPE.match(row["type"]):
        sys.exit(f"not the name of a type: {row}")
    if row["arch"] is not None and not ARCH.match(row["arch"]):
        sys.exit(f"not a compute capability: {row}")
    if row["architecture"] not in ARCHITECTURES:
        sys.exit(f"not an architecture: {row}")
    if not isinstance(row["count"], int) or row["count"] < 0 or not row["product"]:
        sys.exit(f"not a number of GPUs, or not named: {row}")
    if (row["count"] > 0) != row["product"].startswith("NVIDIA "):
        sys.exit(f"counts GPUs that are not NVIDIA's, or none that are: {row}")
    if row["count"] == 0 and (row["arch"] is not None or row["brand"] is not None):
        sys.exit(f"a property of NVIDIA's GPUs without one: {row}")


def ordered(rows):
    """The rows of a provider together, as catalog.c relies on, and no type twice: a fleet's names
    have to be unique."""
    providers = [row["provider"] for row in rows]
    changes = sum(a != b for a, b in zip(providers, providers[1:]))
    if changes != len(set(providers)) - 1:
        sys.exit("the rows of a provider do not stand together")
    types = [(row["provider"], row["type"]) for row in rows]
    if len(types) != len(set(types)):
        sys.exit("a type is listed twice")
    return rows


def main(source, target):
    with open(source, encoding="utf-8") as stream:
        data = json.load(stream)
    lines = [
        "/* Generated from catalog.json; do not edit. */",
        '#include "fleet/catalog.h"',
        "",
        f"const char gb_catalog_date[] = {c_string(data['date'])};",
        "",
        "const struct gb_catalog_row gb_catalog[] = {",
    ]
    for row in ordered(data["types"]):
        check(row)
        lines.append("\t{%s, %s, %s, %d, %s, %s, %s, %s}," % (
            c_string(row["provider"]), c_string(row["type"]), c_string(row["product"]),
            row["count"], c_string(row["arch"]), c_string(row["brand"]),
            c_string(row["architecture"]), c_string(data["sources"][row["source"]])))
    lines += ["};", "", f"const size_t gb_catalog_count = {len(data['types'])};", ""]
    with open(target, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
