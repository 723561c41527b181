#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What changes where a standard stream is a terminal."""

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

import recipe
from program import TIME_LIMIT, Program, argument_parser, clean_environment, scratch_directory
from schema import Validator
from tap_points import Tap

GREEN = {
    "truecolor": b"\x1b[1;38;2;0;0;0;48;2;118;185;0m",
    "256": b"\x1b[1;38;5;16;48;5;106m",
    "basic": b"\x1b[30;42m",
}


ESCAPE = re.compile(rb"\x1b\[[0-9;]*m")


def plain_lines(output):
    """The lines of OUTPUT as they are seen, without colour."""
    return [ESCAPE.sub(b"", line).decode() for line in output.splitlines()]


def read_terminal(controller, process):
    """What PROCESS writes to the terminal until it ends."""
    output, deadline = b"", time.monotonic() + TIME_LIMIT
    while time.monotonic() < deadline:
        if select.select([controller], [], [], 0.05)[0]:
            try:
                chunk = os.read(controller, 65536)
            except OSError:  # Linux: EIO once the other side is closed
                break
            if not chunk:
                break
            output += chunk
        elif process.poll() is not None:
            break
    if process.poll() is None and time.monotonic() >= deadline:
        process.kill()
    process.wait()
    return output.replace(b"\r\n", b"\n")


class Terminal:
    def __init__(self, program, work):
        self.program = program
        self.work = work
        self.tap = Tap()

    def on_terminal(self, *arguments, columns=0, **environment):
        """Status, standard output (a terminal) and standard error (a pipe)."""
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([self.program.path, *arguments], cwd=self.work,
                                   env=clean_environment(**environment),
                                   stdin=subprocess.DEVNULL, stdout=terminal,
                                   stderr=subprocess.PIPE)
        os.close(terminal)
        output = read_terminal(controller, process)
        os.close(controller)
        with process.stderr:
            return process.returncode, output, process.stderr.read()

    def run(self):
        place = recipe.Workplace(self.work)
        place.file("app.tar", recipe.tar(recipe.docker_archive(
            recipe.image(recipe.config("CUDA_VERSION=12.4.1"), "app:v1"))))
        hostile = recipe.config("A=\x7f\u009b31m\u202e\u00fc", "CUDA_VERSION=12.4.1")
        place.file("hostile.tar", recipe.tar(recipe.docker_archive(recipe.image(hostile))))
        self.colours()
        self.json()
        self.raw_config(hostile)
        self.standard_input()
        self.servers(place)
        self.match_colours()
        self.match_widths()
        self.matrix_widths()
        self.explanation_widths()
        return self.tap.done()

    def colours(self):
        cases = {
            "truecolor": ({"COLORTERM": "truecolor", "TERM": "xterm-256color"}, "truecolor"),
            "256 colours": ({"TERM": "xterm-256color"}, "256"),
            "basic colours": ({"TERM": "xterm"}, "basic"),
            "no TERM": ({}, "basic"),
            "dumb": ({"TERM": "dumb"}, None),
            "NO_COLOR": ({"TERM": "xterm", "NO_COLOR": "1"}, None),
            "NO_COLOR empty": ({"TERM": "xterm", "NO_COLOR": ""}, "basic"),
            "NO_COLOR and FORCE_COLOR": ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, None),
        }
        for name, (environment, kind) in cases.items():
            status, output, errors = self.on_terminal("app.tar", **environment)
            self.tap.equal((status, errors), (0, b""), f"{name}: status")
            wanted = GREEN[kind] + b" NVIDIA GPU \x1b[0m" if kind else b"[NVIDIA GPU]"
            self.tap.point(wanted in output, f"{name}: the chip", repr(output))
            self.tap.equal(b"\x1b" in output, kind is not None, f"{name}: escape sequences")
        _, output, _ = self.on_terminal("--color", "never", "app.tar", TERM="xterm")
        self.tap.equal(b"\x1b" in output, False, "--color never: no escape sequences")

    def json(self):
        status, output, _ = self.on_terminal("--json", "app.tar", TERM="xterm-256color")
        self.tap.equal(status, 0, "JSON: status")
        self.tap.point(output.startswith(b'{\n  "schema": "gpubadge/1"'), "JSON is indented",
                       repr(output))
        self.tap.equal(b"\x1b" in output, False, "JSON has no colour")
        validator = Validator(self.program)
        one_line = json.dumps(json.loads(output)).encode()
        problem = validator.problem(one_line)
        self.tap.point(not problem, "JSON: schema", problem)
        validator.finish(self.tap)
        status, output, errors = self.on_terminal("--json", "missing.tar", TERM="xterm-256color")
        self.tap.equal((status, b"\x1b" in output + errors), (2, False), "failure has no colour")

    def raw_config(self, config):
        status, output, _ = self.on_terminal("--raw-config", "hostile.tar")
        self.tap.equal(status, 0, "raw config: status")
        safe = all(0x20 <= byte < 0x7f or byte in b"\n\t" for byte in output)
        self.tap.point(safe, "raw config: no byte acts on the terminal", repr(output))
        piped = self.program.run("--raw-config", "hostile.tar", cwd=str(self.work))
        self.tap.equal(piped.stdout, config, "raw config: a pipe gets the bytes")

    def standard_input(self):
        controller, terminal = pty.openpty()
        run = subprocess.run([self.program.path, "-"], stdin=terminal, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=clean_environment(), check=False,
                             timeout=TIME_LIMIT)
        os.close(terminal)
        os.close(controller)
        self.tap.equal((run.returncode, run.stdout, run.stderr),
                       (2, b"", b"gpubadge: standard input is a terminal; pipe an image in, as in: "
                        b"docker save NAME | gpubadge -\n"), "a terminal is no image")

    @staticmethod
    def servers(place):
        data = recipe.config(recipe.nvidia_list("12.4", 470, 525, 535), "CUDA_VERSION=12.4.1")
        place.file("list.tar", recipe.tar(recipe.docker_archive(recipe.image(data, "list:v1"))))
        tesla = {"brand": "Tesla", "arch": "7.0"}
        place.file("servers.json", [
            recipe.server("yes-1", tesla, driver="535.183.06", cuda="12.2"),
            recipe.server("no-1", tesla, driver="510.108.03", cuda="11.6"),
            recipe.server("part-1", {}, driver="535.183.06")])

    def match_colours(self):
        match = ("match", "--servers", "servers.json", "list.tar")
        status, output, errors = self.on_terminal(*match, TERM="xterm")
        self.tap.equal((status, errors), (0, b""), "match: status")
        for word, painted in (("yes", b"\x1b[1myes"), ("no", b"\x1b[2mno"),
                              ("unknown", b"\x1b[33munknown")):
            self.tap.point(painted in output, f"match: the colour of {word}", repr(output))
        _, output, _ = self.on_terminal(*match, TERM="xterm", NO_COLOR="1")
        self.tap.equal(b"\x1b" in output, False, "match: NO_COLOR")
        lines = plain_lines(output)
        coloured = plain_lines(self.on_terminal(*match, TERM="xterm")[1])
        chip = [line.replace("[NVIDIA GPU]", " NVIDIA GPU ") for line in lines]
        self.tap.equal(coloured, chip, "match: colour changes nothing else")
        status, output, _ = self.on_terminal("match", "--json", *match[1:], TERM="xterm-256color")
        self.tap.point(output.startswith(b'{\n  "schema": "gpubadge-match/1"'),
                       "match: JSON is indented", repr(output))
        self.tap.equal(b"\x1b" in output, False, "match: JSON has no colour")
        status, output, _ = self.on_terminal("match", "--names", *match[1:], TERM="xterm-256color")
        self.tap.equal((status, output), (0, b"yes-1\n"), "match: names have no colour")

    def match_widths(self):
        match = ("match", "--servers", "servers.json", "list.tar")
        words = {}
        for columns in (40, 80, 120, 0):
            _, output, _ = self.on_terminal(*match, columns=columns, TERM="xterm")
            lines = plain_lines(output)
            words[columns] = " ".join(lines).split()
            long = [line for line in lines[1:] if len(line.rstrip()) > columns > 0]
            self.tap.equal(long, [], f"match: no line is longer than {columns} columns")
        self.tap.point(all(some == words[0] for some in words.values()),
                       "match: the words are the same whatever the width", repr(words))
        _, wide, _ = self.on_terminal(*match, columns=0, TERM="dumb")
        piped = self.program.run(*match, cwd=str(self.work)).stdout
        self.tap.equal(wide, piped, "match: a terminal that tells no width gets long lines")

    def matrix_widths(self):
        """Blocks of as many images as fit, one below the other."""
        match = ("match", "--servers", "servers.json", *["list.tar"] * 12)
        for columns, blocks in ((40, 4), (80, 2), (120, 1), (0, 1), (5, 12)):
            _, output, _ = self.on_terminal(*match, columns=columns, TERM="dumb")
            lines = plain_lines(output)
            table = lines[lines.index(""):]
            heads = [line.split()[1:] for line in table if line.startswith("SERVER")]
            self.tap.equal(len(heads), blocks, f"matrix: blocks on {columns} columns")
            self.tap.equal(sum(heads, []), [str(i) for i in range(1, 13)],
                           f"matrix: every image on {columns} columns")
            if columns >= 40:
                self.tap.equal([line for line in table if len(line) > columns], [],
                               f"matrix: no line is longer than {columns} columns")

    def explanation_widths(self):
        """Alternatives and drivers are folded; a line that states a value stands as it is."""
        for columns in (40, 80, 120):
            status, output, _ = self.on_terminal("explain", "list.tar", columns=columns,
                                                 TERM="xterm")
            lines = plain_lines(output)
            first, last = lines.index("  one of these 31 has to hold, on every GPU:"), \
                lines.index("  enforced by")
            self.tap.equal([line for line in lines[first + 1:last] if len(line) > columns], [],
                           f"explain: no line is longer than {columns} columns")
            self.tap.equal(status, 0, f"explain: status on {columns} columns")


def main():
    options = argument_parser("run on a terminal").parse_args()
    with scratch_directory(options.scratch) as work:
        return Terminal(Program(options.program), work).run()


if __name__ == "__main__":
    sys.exit(main())
