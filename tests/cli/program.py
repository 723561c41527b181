# SPDX-License-Identifier: Apache-2.0
"""Runs gpubadge as the tests want it: clean environment, time limit, nothing left behind."""

import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field

TIME_LIMIT = 20
CLOSED = object()

# What sanitizers and a loader in a build directory need; nothing else passes.
INHERITED = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH", "MALLOC_PERTURB_")


@dataclass
class Result:
    status: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False
    broken_pipe: bool = False  # the writer of standard input was cut off


@dataclass
class Call:
    arguments: list
    cwd: str = "."
    env: dict = field(default_factory=dict)
    stdin: object = None  # bytes: through a pipe; a path: that file; CLOSED; None: empty
    stdout: object = None  # a path; CLOSED; None: captured
    close_stderr: bool = False


def clean_environment(**extra):
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {"LC_ALL": "C", **inherited, **extra}


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)

    def run(self, *arguments, **options):
        return self.call(Call(list(arguments), **options))

    def call(self, call):
        with contextlib.ExitStack() as stack:
            stdin, stdout = _open_stdin(call, stack), _open_stdout(call, stack)
            process = subprocess.Popen(
                [self.path, *call.arguments],
                cwd=call.cwd,
                env=clean_environment(**call.env),
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.PIPE,
                preexec_fn=lambda: _close_fds(call),
            )
            return _finish(process, call)


def _open_stdin(call, stack):
    if isinstance(call.stdin, bytes):
        return subprocess.PIPE
    if call.stdin in (None, CLOSED):
        return subprocess.DEVNULL
    # Not open(): that refuses a directory, which a shell would pass on.
    fd = os.open(os.path.join(call.cwd, call.stdin), os.O_RDONLY)
    stack.callback(os.close, fd)
    return fd


def _open_stdout(call, stack):
    if call.stdout in (None, CLOSED):
        return subprocess.PIPE
    return stack.enter_context(open(os.path.join(call.cwd, call.stdout), "wb"))


def _close_fds(call):
    for fd, wanted in ((0, call.stdin is CLOSED), (1, call.stdout is CLOSED),
                       (2, call.close_stderr)):
        if wanted:
            os.close(fd)


class Feeder(threading.Thread):
    """Writes to standard input as another program of the pipeline would."""

    def __init__(self, pipe, data):
        super().__init__()
        self.pipe = pipe
        self.data = data
        self.broken_pipe = False

    def run(self):
        try:
            with self.pipe:
                self.pipe.write(self.data)
        except BrokenPipeError:
            self.broken_pipe = True


def _finish(process, call):
    feeder = None
    if isinstance(call.stdin, bytes):
        feeder = Feeder(process.stdin, call.stdin)
        process.stdin = None  # communicate() would close it
        feeder.start()
    timed_out = False
    try:
        stdout, stderr = process.communicate(timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        timed_out = True
        process.kill()
        stdout, stderr = process.communicate()
    if feeder:
        feeder.join()
    return Result(process.returncode, stdout or b"", stderr, timed_out,
                  bool(feeder and feeder.broken_pipe))


@contextlib.contextmanager
def scratch_directory(parent):
    """A new directory below PARENT, removed with everything in it at the end."""
    pathlib.Path(parent).mkdir(parents=True, exist_ok=True)
    path = tempfile.mkdtemp(prefix="run-", dir=parent)
    try:
        yield pathlib.Path(path)
    finally:
        shutil.rmtree(path)


def argument_parser(description):
    """The arguments that every test script has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", required=True, help="the gpubadge to test")
    parser.add_argument("--scratch", required=True,
                        help="directory for temporary files, below the build directory")
    return parser
