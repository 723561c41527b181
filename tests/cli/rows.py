#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""fixtures/rows.tsv lists odd, broken and hostile inputs and what the answer to each is: OK, or
codes of errors. A fixture claims rows in the comment at the head of its recipe ("# Rows 24, 25:
..."). Every row has a fixture, each of its answers occurs, and none that the row does not have."""

import json
import pathlib
import re
import sys

from tap_points import Tap

CLAIM = re.compile(r"^# Rows? ([\d, ]+)[.:]", re.MULTILINE)


def claimed(fixture):
    recipe = fixture / "recipe"
    text = recipe.read_text(encoding="utf-8") if recipe.exists() else ""
    return [int(number) for match in CLAIM.findall(text) for number in match.split(",")]


def answers(fixture):
    """What the cases of FIXTURE expect, as far as they are --json."""
    found = set()
    for path in fixture.glob("*stdout"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith('{"schema":"gpubadge/1"'):
                report = json.loads(line)
                found.add(report["error"]["code"] if "error" in report else "OK")
    for path in fixture.glob("*status"):
        if path.read_text(encoding="utf-8") in ("0\n", "1\n"):
            found.add("OK")
    return found


def main():
    table = pathlib.Path(sys.argv[1])
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()[1:]]
    expected = {int(row): set(codes.split()) for row, _, codes in rows}
    suites = [table.parent / name for name in ("images", "reject")]
    fixtures = {path: claimed(path) for suite in suites for path in sorted(suite.iterdir())}
    tap = Tap()
    tap.equal(sorted(expected), list(range(1, 92)), "the table has 91 rows")
    tap.equal(sorted({row for claims in fixtures.values() for row in claims} - set(expected)), [],
              "every row that is claimed exists")
    for row, codes in expected.items():
        found = set()
        for path in (path for path, claims in fixtures.items() if row in claims):
            found |= answers(path)
        tap.equal(sorted(codes - found), [], f"row {row}: fixtures give {' and '.join(sorted(codes))}")
    for path, claims in fixtures.items():
        allowed = set().union(*(expected.get(row, set()) for row in claims))
        if claims:
            tap.equal(sorted(answers(path) - allowed), [], f"{path.name}: no other answer")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
