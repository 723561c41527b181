# SPDX-License-Identifier: Apache-2.0
"""Runs `gpubadge tee` between a writer and a reader, each with the habits that a test wants."""

import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import peak
from program import clean_environment

MIB = 1024 * 1024
TIME_LIMIT = 120


@dataclass
class Passed:
    """What came of one run."""
    status: int
    sha256: str
    size: int
    stderr: bytes
    broken_pipe: bool  # the writer was cut off
    peak_kib: int = 0


def sha256(path):
    total = hashlib.sha256()
    with open(path, "rb") as stream:
        while chunk := stream.read(MIB):
            total.update(chunk)
    return total.hexdigest()


def constant(size):
    """Pieces of SIZE bytes."""
    return lambda: size


def short(seed, most=5000):
    """Pieces of all lengths, the same each time."""
    source = random.Random(seed)
    return lambda: source.randint(1, most)


class Writer(threading.Thread):
    """Gives the file PATH to the descriptor FD in pieces and closes it."""

    def __init__(self, fd, path, piece):
        super().__init__()
        self.fd, self.path, self.piece = fd, path, piece
        self.broken_pipe = False

    def run(self):
        try:
            with open(self.path, "rb") as stream:
                while data := stream.read(self.piece()):
                    write_all(self.fd, data)
        except (BrokenPipeError, ConnectionResetError):
            self.broken_pipe = True
        finally:
            os.close(self.fd)


def write_all(fd, data):
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]


class Reader(threading.Thread):
    """Takes what the descriptor FD gives in pieces, MOST bytes at most, and closes it."""

    def __init__(self, fd, piece, most):
        super().__init__()
        self.fd, self.piece, self.most = fd, piece, most
        self.hash, self.size = hashlib.sha256(), 0

    def run(self):
        while self.size < self.most:
            data = os.read(self.fd, min(self.piece(), self.most - self.size))
            if not data:
                break
            self.hash.update(data)
            self.size += len(data)
        os.close(self.fd)


def pipe_pair():
    return os.pipe()


def socket_pair():
    reader, writer = socket.socketpair()
    return reader.detach(), writer.detach()


class Passage:
    """One run: `writer | gpubadge tee ARGUMENTS | reader`."""

    def __init__(self, program, work, pair=pipe_pair, blocking=True):
        self.program = program
        self.work = work
        self.pair = pair
        self.blocking = blocking
        self.inner_in, self.outer_in = pair()
        self.outer_out, self.inner_out = pair()

    def start(self, *arguments, command=None, stdin=None, **options):
        """The process, of which the test has the outer ends of standard input and output."""
        if stdin is not None:
            os.close(self.outer_in)
            os.close(self.inner_in)
            self.inner_in = stdin
        for fd in (self.inner_in, self.inner_out):
            os.set_blocking(fd, self.blocking)
        process = subprocess.Popen([*(command or [self.program.path]), "tee", *arguments],
                                   cwd=self.work, env=clean_environment(), stdin=self.inner_in,
                                   stdout=self.inner_out, stderr=subprocess.PIPE, **options)
        os.close(self.inner_in)
        os.close(self.inner_out)
        return process

    def run(self, path, *arguments, write=constant(MIB), read=constant(MIB), most=sys.maxsize,
            interrupts=0, **options):
        """Passes the file PATH through."""
        process = self.start(*arguments, **options)
        writer = Writer(self.outer_in, path, write) if "stdin" not in options else None
        reader = Reader(self.outer_out, read, most)
        for thread in (reader, writer):
            if thread:
                thread.start()
        interrupt(process, interrupts)
        stderr = finish(process)
        for thread in (writer, reader):
            if thread:
                thread.join()
        return Passed(process.returncode, reader.hash.hexdigest(), reader.size, stderr,
                      bool(writer and writer.broken_pipe))

    def measure(self, path):
        """The same with the peak of memory."""
        command = [sys.executable, "-I", "-S", "-c", peak.LAUNCHER, self.program.path]
        passed = self.run(path, command=command)
        stderr, _, kib = passed.stderr.rpartition(b"\n")
        passed.stderr, passed.peak_kib = stderr, int(kib)
        return passed


def interrupt(process, count):
    """Stops and continues PROCESS: its system calls return early."""
    for _ in range(count):
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.005)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.005)


def finish(process):
    """What PROCESS wrote to standard error up to its end."""
    try:
        return process.communicate(timeout=TIME_LIMIT)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[1] + b"killed: ran into the time limit\n"
