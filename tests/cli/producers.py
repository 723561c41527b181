#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Real images of fixtures/producers, made by the tools that its README.md names, by path and
through a pipe.

producers.json says what they hold. It was read off them with tarfile and json, not with gpubadge:
one image a line, in the order of index.json or manifest.json, images of one config together.
"""

import json
import pathlib
import sys

from program import Program, argument_parser, scratch_directory
from schema import Validator
from tap_points import Tap


def facts(report):
    """What producers.json says of an image, taken from a report."""
    image, requirement = report["image"], report["cuda"]["requirement"]
    platform = image["platform"]
    return {
        "tags": image["tags"],
        "platform": [platform["os"], platform["architecture"], platform["variant"]],
        "manifestDigest": image["manifestDigest"],
        "configDigest": image["configDigest"],
        "created": image["created"],
        "env": report["env"],
        "evidence": [fact["variable"] for fact in report["evidence"]],
        "cudaVersion": report["cuda"]["version"],
        "expression": requirement and requirement["expression"],
    }


class Comparison:
    def __init__(self, program, directory, scratch):
        self.program = program
        self.directory = directory
        self.scratch = scratch
        self.validator = Validator(program)
        self.tap = Tap()

    def run(self, row):
        path = self.directory / row["file"]
        self.check(row, row["file"], str(path), None)
        if path.is_file():
            self.check(row, f"{row['file']} by pipe", "-", path.read_bytes())

    def check(self, row, name, argument, stdin):
        result = self.program.run("--json", "--env", argument, stdin=stdin, cwd=str(self.scratch))
        problem = self.validator.problem(result.stdout)
        if result.broken_pipe:
            problem += "did not read its standard input to the end\n"
        self.tap.point(not problem, f"{name}: schema and pipe", problem)
        reports = [json.loads(line) for line in result.stdout.splitlines()]
        if "error" in row:
            self.tap.equal((result.status, reports[0]["error"]["code"]), (2, row["error"]), name)
            return
        self.tap.equal((result.status, result.stderr), (0, b""), f"{name}: status")
        self.compare(row, name, reports)

    def compare(self, row, name, reports):
        images = row["images"]
        self.tap.equal(len(reports), len(images), f"{name}: number of images")
        for index, (report, image) in enumerate(zip(reports, images)):
            found = facts(report)
            for field, expected in image.items():
                self.tap.equal(found[field], expected, f"{name}: image {index}: {field}")
            source = report["source"]
            self.tap.equal((source["transport"], source["compression"]),
                           (row["transport"], row["compression"]), f"{name}: image {index}: source")
            self.tap.equal((report["gpu"], report["badge"]),
                           (True, "NVIDIA GPU") if image["evidence"] else (False, None),
                           f"{name}: image {index}: badge")

    def run_all(self):
        table = pathlib.Path(__file__).with_suffix(".json")
        rows = json.loads(table.read_text(encoding="utf-8"))
        there = {path.name for path in self.directory.iterdir()} - {"README.md"}
        self.tap.equal(sorted(there), sorted(row["file"] for row in rows), "all files are listed")
        for row in rows:
            self.run(row)
        self.validator.finish(self.tap)
        return self.tap.done()


def main():
    parser = argument_parser("inspect real images and compare")
    parser.add_argument("directory", type=pathlib.Path)
    options = parser.parse_args()
    with scratch_directory(options.scratch) as scratch:
        return Comparison(Program(options.program), options.directory.resolve(),
                          scratch).run_all()


if __name__ == "__main__":
    sys.exit(main())
