#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What changes where a standard stream is a terminal."""

import json
import os
import pty
import select
import subprocess
import sys
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

    def on_terminal(self, *arguments, **environment):
        """Status, standard output (a terminal) and standard error (a pipe)."""
        controller, terminal = pty.openpty()
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


def main():
    options = argument_parser("run on a terminal").parse_args()
    with scratch_directory(options.scratch) as work:
        return Terminal(Program(options.program), work).run()


if __name__ == "__main__":
    sys.exit(main())
