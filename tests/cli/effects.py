#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What gpubadge does to the system, seen by strace: it writes nothing but its report, and does not
read what it can skip."""

import os
import re
import shutil
import subprocess
import sys

import recipe
from program import Program, argument_parser, clean_environment, scratch_directory
from tap_points import Tap

MIB = 1024 * 1024
LAYER = 64 * MIB

# Calls that make, change or remove something in a file system, open() apart.
CHANGES = ("creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2",
           "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir", "truncate",
           "ftruncate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "utimensat",
           "memfd_create")
NETWORK = ("socket", "connect")
TRACED = ("open", "openat", "openat2", "read", "pread64", "mmap", "lseek", *CHANGES, *NETWORK)
CALL = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+|\?)")


class Trace:
    """The system calls of one run that succeeded: name, arguments, result."""

    def __init__(self, text):
        found = (CALL.match(line) for line in text.splitlines())
        self.calls = [(m[1], m[2], m[3]) for m in found if m and not m[3].startswith("-")]

    def changes(self):
        return [f"{name}({arguments})" for name, arguments, _ in self.calls
                if name in CHANGES or name in NETWORK
                or (name.startswith("open") and re.search(r"O_WRONLY|O_RDWR|O_CREAT", arguments))]

    def bytes_read(self, path):
        """How many bytes came from the file PATH, which is opened once."""
        descriptor, total, seeks = None, 0, 0
        for name, arguments, result in self.calls:
            if name.startswith("open") and f'"{path}"' in arguments:
                descriptor = result
            elif descriptor and arguments.split(",")[0] == descriptor:
                total += int(result) if name in ("read", "pread64") else 0
                seeks += name == "lseek"
        return total, seeks

    def seeks_of(self, descriptor):
        return [arguments for name, arguments, _ in self.calls
                if name == "lseek" and arguments.split(",")[0] == descriptor]


class Effects:
    def __init__(self, program, work):
        self.program = program
        self.work = work
        self.tap = Tap()

    def trace(self, *arguments, stdin=None, file=None):
        log = self.work / "trace.log"
        environment = clean_environment()
        # The leak checker cannot run below strace.
        options = environment.get("ASAN_OPTIONS", "")
        environment["ASAN_OPTIONS"] = f"{options}:detect_leaks=0".lstrip(":")
        command = ["strace", "-f", "-s", "4096", "-o", str(log), "-e", "trace=" + ",".join(TRACED),
                   self.program.path, *arguments]
        source = {"stdin": file} if file else {"input": stdin}
        run = subprocess.run(command, cwd=self.work, env=environment, timeout=60, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, **source)
        return run, Trace(log.read_text(encoding="utf-8", errors="replace"))

    def unusable(self):
        if not shutil.which("strace"):
            return "strace is not installed"
        run = subprocess.run(["strace", "-o", os.devnull, "true"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, check=False)
        return "" if run.returncode == 0 else "strace may not trace here"

    def build(self):
        app = recipe.config("CUDA_VERSION=12.4.1")
        members = recipe.docker_archive(recipe.image(app, "app:v1"))
        layout = recipe.Layout()
        layout.image(app, "v1")
        layout.blob(bytes(LAYER), recipe.OCI_LAYER)
        place = recipe.Workplace(self.work)
        place.file("plain.tar", recipe.tar([recipe.member("big", bytes(LAYER)), *members]))
        place.file("packed.tar", recipe.gzip(recipe.tar([*members, recipe.member("x", b"y")])))
        place.tree("layout", layout.members())
        place.file("servers.json", recipe.server("gpu", {}, driver="550.54.15"))

    def run(self):
        self.pipes_are_emptied()
        reason = self.unusable()
        if reason:
            self.tap.skip("system calls", reason)
            return self.tap.done()
        self.build()
        self.nothing_is_written()
        self.only_the_output_is_written()
        self.matching_writes_nothing()
        self.tee_writes_its_report_alone()
        self.layers_are_skipped()
        self.pipes_are_not_sought()
        return self.tap.done()

    def nothing_is_written(self):
        inputs = {"plain archive": "plain.tar", "compressed archive": "packed.tar",
                  "layout": "layout", "missing file": "missing.tar"}
        for name, argument in inputs.items():
            run, trace = self.trace("--json", argument)
            self.tap.equal(run.returncode, 2 if argument == "missing.tar" else 0, f"{name}: status")
            self.tap.equal(trace.changes(), [], f"{name}: nothing is written")

    def only_the_output_is_written(self):
        before = set(os.listdir(self.work)) | {"trace.log", "report.json"}
        run, trace = self.trace("--json", "-o", "report.json", "packed.tar")
        self.tap.equal((run.returncode, run.stdout), (0, b""), "output: status")
        changes = trace.changes()
        self.tap.point(len(changes) == 2 and all('"report.json' in call for call in changes),
                       "output: one file is made and renamed", "\n".join(changes))
        self.tap.equal(set(os.listdir(self.work)) - before, set(), "output: nothing else is left")

    def matching_writes_nothing(self):
        """An inventory is read, and opened once; a cloud's catalog is asked of nobody."""
        for options in (("--servers", "servers.json"), ("--catalog", "aws")):
            run, trace = self.trace("match", "--json", *options, "plain.tar")
            self.tap.equal(run.returncode, {"--servers": 0, "--catalog": 3}[options[0]],
                           f"match {options[0]}: status")
            self.tap.equal(trace.changes(), [], f"match {options[0]}: nothing is written")
        run, trace = self.trace("match", "-q", "--servers", "servers.json", "plain.tar")
        opened = [arguments for name, arguments, _ in trace.calls
                  if name.startswith("open") and '"servers.json"' in arguments]
        self.tap.equal(len(opened), 1, "match: the inventory is opened once")

    def tee_writes_its_report_alone(self):
        plain = self.work / "plain.tar"
        for name, data in (("pipe", plain.read_bytes()), ("file", None)):
            before = set(os.listdir(self.work)) | {"badge.json"}
            arguments = ("tee", "--report", "badge.json")
            if data:
                run, trace = self.trace(*arguments, stdin=data)
            else:
                with open(plain, "rb") as stream:
                    run, trace = self.trace(*arguments, file=stream)
            self.tap.equal((run.returncode, run.stdout == plain.read_bytes()), (0, True),
                           f"tee, {name}: status and bytes")
            changes = trace.changes()
            self.tap.point(len(changes) == 2 and all('"badge.json' in call for call in changes),
                           f"tee, {name}: one file is made and renamed", "\n".join(changes))
            self.tap.equal(set(os.listdir(self.work)) - before, set(),
                           f"tee, {name}: nothing else is left")
            (self.work / "badge.json").unlink()
            self.tap.equal(trace.seeks_of("0"), [], f"tee, {name}: nothing is sought over")

    def layers_are_skipped(self):
        _, trace = self.trace("--json", "plain.tar")
        total, seeks = trace.bytes_read("plain.tar")
        self.tap.point(0 < total < MIB, "archive: the layer is not read", f"{total} bytes")
        self.tap.point(seeks > 0, "archive: the layer is sought over", f"{seeks} calls of lseek")
        _, trace = self.trace("--json", "layout")
        opened = [arguments for name, arguments, _ in trace.calls if name.startswith("open")]
        blob = recipe.digest(bytes(LAYER))[7:]
        self.tap.equal([call for call in opened if blob in call], [],
                       "layout: the layer is not opened")

    def pipes_are_emptied(self):
        """tee(1) would end with its reader, and so would the upload behind it."""
        for name, data in (("no archive", b"text" * MIB), ("empty tar and more", bytes(4 * MIB)),
                           ("broken gzip", b"\x1f\x8b" + b"x" * (4 * MIB))):
            reader = subprocess.Popen([self.program.path, "-"], stdin=subprocess.PIPE,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                      cwd=self.work, env=clean_environment())
            try:
                reader.stdin.write(data)
                reader.stdin.close()
                broken = ""
            except BrokenPipeError as error:
                broken = str(error)
            self.tap.equal((broken, reader.wait(timeout=60)), ("", 2),
                           f"{name}: the pipe is read to its end")

    def pipes_are_not_sought(self):
        data = (self.work / "plain.tar").read_bytes()
        run, trace = self.trace("--json", "-", stdin=data)
        self.tap.equal(run.returncode, 0, "pipe: status")
        self.tap.equal(trace.seeks_of("0"), [], "pipe: never sought")
        self.tap.equal(trace.changes(), [], "pipe: nothing is spooled")


def main():
    options = argument_parser("look at the system calls").parse_args()
    with scratch_directory(options.scratch) as work:
        return Effects(Program(options.program), work).run()


if __name__ == "__main__":
    sys.exit(main())
