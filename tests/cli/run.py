#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the fixtures of a directory: every subdirectory is a claim and a test.

A fixture holds
    recipe   what recipe.py builds its input from (left out where there is none)
    cmd      one line at most: the arguments of gpubadge, before them NAME=VALUE for the
             environment, behind them <FILE <&- >FILE >&- 2>&- as in a shell; '\\xNN' is that byte;
             and lines of # comment
    stdout, stderr   what is expected, byte for byte; left out where nothing is
    status   the expected exit status
    output   what the FILE of -o or --report holds afterwards; left out where it must not exist
and more cases of the same input as NAME.cmd, NAME.stdout and so on. The comment
    # by path only: REASON
keeps a case from being repeated with the archive on standard input, through a pipe and as a file;
    # not as root: REASON
skips it for root. @FEATURES@ in stdout stands for what the build has. --update writes what gpubadge does now; review it in the diff.
"""

import os
import pathlib
import re
import shlex
import sys

import recipe
from program import CLOSED, Call, Program, argument_parser, scratch_directory
from schema import Validator
from tap_points import Tap

STREAMS = ("stdout", "stderr", "status", "output")
ESCAPE = re.compile(r"\\x([0-9a-f]{2})")


def unescaped(word):
    return ESCAPE.sub(lambda match: os.fsdecode(bytes([int(match[1], 16)])), word)


class Case:
    """One command line of a fixture."""

    def __init__(self, path):
        self.directory = path.parent
        self.prefix = path.name[:-len("cmd")]
        text = path.read_text(encoding="utf-8")
        comments = [line for line in text.splitlines() if line.startswith("#")]
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        if len(lines) > 1:
            raise ValueError(f"{path}: one line of arguments wanted, found {len(lines)}")
        self.by_path_only = any(c.startswith("# by path only:") for c in comments)
        self.not_as_root = any(c.startswith("# not as root:") for c in comments)
        self.words = [unescaped(word) for word in shlex.split(" ".join(lines))]

    @property
    def name(self):
        return f"{self.directory.name}{' ' + self.prefix[:-1] if self.prefix else ''}"

    def call(self, cwd):
        """The command line as it stands."""
        call = Call([], cwd=str(cwd))
        for word in self.words:
            if not call.arguments and re.match(r"[A-Z_]+=", word):
                name, _, value = word.partition("=")
                call.env[name] = value
            elif word == "<&-":
                call.stdin = CLOSED
            elif word == ">&-":
                call.stdout = CLOSED
            elif word == "2>&-":
                call.close_stderr = True
            elif word.startswith("<"):
                call.stdin = word[1:]
            elif word.startswith(">"):
                call.stdout = word[1:]
            else:
                call.arguments.append(word)
        return call

    def output_file(self):
        """The FILE of -o or --report below the directory of the input; a device is nobody's to
        restore, a descriptor no file."""
        name = self._argument_of_o()
        return None if name is None or name.startswith(("/", "fd:")) else name

    def _argument_of_o(self):
        given = [name for option in ("-o", "--output", "--report")
                 for name in self._arguments_of(option)]
        return given[0] if given else None

    def _arguments_of(self, option):
        """What follows OPTION, each time it is given."""
        for word, following in zip(self.words, [*self.words[1:], None]):
            if word == option:
                yield following
            elif word.startswith(option + "=") and option.startswith("--"):
                yield word.partition("=")[2]

    def has_option(self, option):
        end = self.words.index("--") if "--" in self.words else len(self.words)
        return option in self.words[:end]

    def archives(self, cwd):
        """The operands that are files which could as well come through a pipe."""
        named = [self.output_file(), *self._arguments_of("--servers")]
        if self.by_path_only or self.call(cwd).stdin or "-" in named:
            return []
        return [w for w in self.words if os.path.isfile(cwd / w) and w not in named]

    def expected(self, stream):
        path = self.directory / (self.prefix + stream)
        return path.read_bytes() if path.exists() else b""

    def store(self, outcome):
        for stream in STREAMS:
            path = self.directory / (self.prefix + stream)
            if outcome[stream]:
                path.write_bytes(outcome[stream])
            else:
                path.unlink(missing_ok=True)


def listing(root):
    """What lies below ROOT; a link that became a file is another thing."""
    return sorted((str(path.relative_to(root)), path.is_symlink()) for path in root.rglob("*"))


def stored(path):
    """Content of the FILE of -o; devices and directories have none to compare."""
    return path.read_bytes() if path and path.is_file() else None


class Runner:
    def __init__(self, program, scratch, update, features):
        self.program = program
        self.features = f"\nfeatures: {features}\n".encode()
        self.scratch = scratch
        self.update = update
        self.validator = Validator(program)
        self.tap = Tap()

    def run_suite(self, suite):
        for path in sorted(suite.iterdir()):
            if path.is_dir():
                self.run_fixture(path)

    def run_fixture(self, path):
        cwd = self.scratch / path.name
        cwd.mkdir()
        source = path / "recipe"
        try:
            if source.exists():
                recipe.build(source.read_text(encoding="utf-8"), cwd, str(source))
        except recipe.ToolMissing as missing:
            self.tap.skip(path.name, str(missing))
            return
        cases = sorted(path.glob("*cmd"))
        if not cases:
            self.tap.point(False, path.name, "no cmd")
        for case in cases:
            self.run_case(Case(case), cwd)

    def run_case(self, case, cwd):
        if case.not_as_root and os.geteuid() == 0:
            self.tap.skip(case.name, "root may read everything")
            return
        call = case.call(cwd)
        outcome = self.outcome(case, call, cwd)
        if self.update:
            case.store(outcome)
        self.compare(case, case.name, outcome, lambda expected: expected)
        archives = case.archives(cwd)
        if len(archives) == 1:
            self.run_by_stdin(case, cwd, archives[0])
        elif not case.output_file():
            for archive in [name for name in archives if archives.count(name) == 1]:
                self.run_alone(case, cwd, archive, set(archives) - {archive})

    def run_by_stdin(self, case, cwd, archive):
        """The same archive through a pipe, which cannot be sought, and as standard input."""
        for way, stdin in (("pipe", (cwd / archive).read_bytes()), ("redirection", archive)):
            call = case.call(cwd)
            call.arguments = ["-" if word == archive else word for word in call.arguments]
            call.stdin = stdin
            self.compare(case, f"{case.name} by {way}", self.outcome(case, call, cwd),
                         lambda expected: expected.replace(archive.encode(), b"-"))

    def run_alone(self, case, cwd, archive, others):
        """One ARCHIVE of several through a pipe: the same as by path."""
        by_path = case.call(cwd)
        by_path.arguments = [word for word in by_path.arguments if word not in others]
        call = case.call(cwd)
        call.arguments = ["-" if word == archive else word for word in by_path.arguments]
        call.stdin = (cwd / archive).read_bytes()
        wanted, found = self.outcome(case, by_path, cwd), self.outcome(case, call, cwd)
        for stream in ("stdout", "stderr"):
            wanted[stream] = wanted[stream].replace(archive.encode(), b"-")
        self.tap.equal(found, wanted, f"{case.name}: {archive} by pipe")

    def outcome(self, case, call, cwd):
        """Runs CALL; what it did, and under "problem" what no run may do."""
        file = cwd / case.output_file() if case.output_file() else None
        before, there = listing(cwd), stored(file)
        result = self.program.call(call)
        outcome = {
            "stdout": result.stdout.replace(self.features, b"\nfeatures: @FEATURES@\n"),
            "stderr": result.stderr,
            "status": f"{result.status}\n".encode(),
            "output": stored(file) or b"",
            "problem": self.problem(case, result),
        }
        self.restore(file, there)
        if listing(cwd) != before:
            outcome["problem"] += "files appeared or vanished beside the input\n"
        return outcome

    @staticmethod
    def restore(file, content):
        if content is not None:
            file.write_bytes(content)
        elif file and file.is_file():
            file.unlink()

    def problem(self, case, result):
        problem = ""
        if result.timed_out:
            problem += "ran into the time limit\n"
        if result.broken_pipe and result.status == 0:
            problem += "did not read its standard input to the end\n"
        if case.has_option("--json") and "tables" not in case.words:
            problem += self.validator.problem(result.stdout)
        return problem

    def compare(self, case, name, outcome, translate):
        diagnosis = outcome["problem"]
        for stream in STREAMS:
            expected = case.expected(stream)
            if stream != "status":
                expected = translate(expected)
            if outcome[stream] != expected:
                diagnosis += f"{stream}: expected {expected!r}\n{stream}: got      "
                diagnosis += f"{outcome[stream]!r}\n"
        self.tap.point(not diagnosis, name, diagnosis)


def main():
    parser = argument_parser("run the fixtures of a directory")
    parser.add_argument("--update", action="store_true", help="rewrite the expectations")
    parser.add_argument("--features", default="", help="what the build has, for --version")
    parser.add_argument("suite", type=pathlib.Path, help="directory of fixtures, or one of them")
    options = parser.parse_args()

    with scratch_directory(options.scratch) as scratch:
        runner = Runner(Program(options.program), scratch, options.update, options.features)
        if list(options.suite.glob("*cmd")):
            runner.run_fixture(options.suite)
        else:
            runner.run_suite(options.suite)
        runner.validator.finish(runner.tap)
        return runner.tap.done()


if __name__ == "__main__":
    sys.exit(main())
