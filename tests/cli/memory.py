#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Peak memory on every input that fixtures/rows.tsv lists, by path and through a pipe: at most
32 MiB above a small image."""

import pathlib
import sys

import peak
import recipe
from program import Program, argument_parser, scratch_directory
from rows import claimed
from run import Case
from tap_points import Tap


class Memory:
    def __init__(self, program, work):
        self.program = program
        self.work = work
        self.tap = Tap()
        place = recipe.Workplace(work)
        place.file("small.tar", recipe.tar(recipe.docker_archive(recipe.image(recipe.config()))))
        _, _, self.small = peak.measure(program, work, "--json", "small.tar")

    def check(self, name, cwd, arguments, stdin=None):
        status, _, kib = peak.measure(self.program, cwd, *arguments, stdin=stdin)
        self.tap.point(status is not None and kib <= self.small + peak.KIB_ABOVE_SMALL, name,
                       f"{kib} KiB, a small image takes {self.small} KiB")

    def run_fixture(self, path):
        cwd = self.work / path.name
        cwd.mkdir()
        try:
            source = path / "recipe"
            recipe.build(source.read_text(encoding="utf-8"), cwd, str(source))
        except recipe.ToolMissing as missing:
            self.tap.skip(path.name, str(missing))
            return
        for case in [Case(file) for file in sorted(path.glob("*cmd"))]:
            self.check(case.name, cwd, case.call(cwd).arguments)
            for archive in case.archives(cwd):
                self.check(f"{case.name} {archive} by pipe", cwd, ["--json", "-"],
                           (cwd / archive).read_bytes())

    def run(self, suites):
        for path in [path for suite in suites for path in sorted(suite.iterdir())]:
            if claimed(path):
                self.run_fixture(path)
        return self.tap.done()


def main():
    parser = argument_parser("measure memory on the inputs of fixtures/rows.tsv")
    parser.add_argument("--sanitized", action="store_true", help="do not measure")
    parser.add_argument("suites", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    if options.sanitized:
        tap = Tap()
        tap.skip("memory", "a sanitizer needs memory of its own")
        return tap.done()
    with scratch_directory(options.scratch) as work:
        return Memory(Program(options.program), work).run(options.suites)


if __name__ == "__main__":
    sys.exit(main())
