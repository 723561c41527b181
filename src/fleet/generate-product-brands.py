#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns product-brands.json into the C array that product-brand.h declares.

usage: generate-product-brands.py product-brands.json product-brand-data.c
"""
import json
import re
import sys

# The words that libnvidia-container compares (src/driver.c).
BRANDS = {"unknown", "quadro", "tesla", "nvs", "grid", "geforce", "titan", "vapps", "vpc", "vcs",
          "vws", "cloudgaming", "quadrortx", "nvidiartx", "nvidia", "geforcertx", "titanrtx"}


def c_string(text):
    """TEXT as a C literal."""
    if not all(" " <= character <= "~" for character in text):
        sys.exit(f"not plain ASCII: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def key(product):
    """PRODUCT as gb_product_name_parse() writes it."""
    if not re.match(r"[A-Za-z0-9._-]+( [A-Za-z0-9._-]+)*\Z", product):
        sys.exit(f"not the name of a product: {product!r}")
    return product.lower().replace(" ", "-").removeprefix("nvidia-")


def rows(data):
    """(product, brand, source) in the order that the look-up in product-brand.c relies on."""
    found = {}
    for row in data["brands"]:
        if row["brand"] not in BRANDS:
            sys.exit(f"no brand: {row}")
        if key(row["product"]) in found:
            sys.exit(f"listed twice: {row}")
        found[key(row["product"])] = (row["brand"], data["sources"][row["source"]])
    return [(product, *found[product]) for product in sorted(found)]


def main(source, target):
    with open(source, encoding="utf-8") as stream:
        data = json.load(stream)
    table = rows(data)
    lines = [
        "/* Generated from product-brands.json; do not edit. */",
        '#include "fleet/product-brand.h"',
        "",
        "const struct gb_product_brand gb_product_brands[] = {",
    ]
    lines += ["\t{" + ", ".join(map(c_string, row)) + "}," for row in table]
    lines += [
        "};",
        "",
        f"const size_t gb_product_brand_count = {len(table)};",
        "",
    ]
    with open(target, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
