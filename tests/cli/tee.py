#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""gpubadge tee: standard output is standard input byte for byte whatever happens beside it, and
what happens beside it is told."""

import json
import os
import pty
import resource
import shutil
import subprocess
import sys

import passage
import recipe
from passage import MIB, Passage, constant, pipe_pair, sha256, short, socket_pair
from program import Program, argument_parser, clean_environment, scratch_directory
from schema import Validator
from tap_points import Tap

LARGE = 256 * MIB
GPU = recipe.image(recipe.config("CUDA_VERSION=12.4.1"), "app:v1")
CPU = recipe.image(recipe.config("PATH=/bin"), "web:v1")
UNDETERMINED = recipe.image(recipe.config("NVIDIA_REQUIRE_CUDA=cuda>=x"), "odd:v1")

# Above what the program takes before it reads anything.
MOST_KIB = 8 * 1024

BROKEN_PIPE = b"gpubadge: standard output: Broken pipe; what was passed on is not complete"
NO_IMAGE = b"gpubadge: -: no container image: neither a tar archive nor a compressed one\n"


def noise(seed, size):
    return passage.random.Random(seed).randbytes(size)


class Tee:
    def __init__(self, program, work, sanitized):
        self.program = program
        self.work = work
        self.sanitized = sanitized
        self.tap = Tap()
        self.validator = Validator(program)

    # --- inputs ---

    def file(self, name, data):
        (self.work / name).write_bytes(data)
        return self.work / name

    def sparse(self, name, size, *images):
        """An archive with a layer of SIZE zeros that take no place."""
        path = self.work / name
        with open(path, "wb") as stream:
            stream.write(recipe.header("layer.tar", size))
            stream.truncate(recipe.BLOCK + size)
            stream.seek(recipe.BLOCK + size)
            stream.write(recipe.tar(recipe.docker_archive(*images)))
        return path

    def build(self):
        members = [recipe.member("a", noise(1, 300000)), recipe.member("b", noise(2, 5 * MIB)),
                   *recipe.docker_archive(GPU), recipe.member("c", noise(3, MIB))]
        plain = recipe.tar(members)
        self.sparse("large.tar", LARGE, GPU)
        self.file("plain.tar", plain)
        self.file("plain.tar.gz", recipe.gzip(plain, 1))
        self.file("tail.tar", plain + b"behind the end" * MIB)
        self.file("small.tar", recipe.tar(recipe.docker_archive(GPU)))
        self.file("web.tar", recipe.tar(recipe.docker_archive(CPU)))
        self.file("both.tar", recipe.tar(recipe.docker_archive(GPU, CPU)))
        self.file("odd.tar", recipe.tar(recipe.docker_archive(UNDETERMINED)))
        self.file("text", b"no image\n" * MIB)
        self.file("empty", b"")
        self.file("cut.tar", plain[:3 * MIB])
        self.file("broken.tar.gz", recipe.gzip(plain, 1)[:2 * MIB] + noise(4, MIB))
        if shutil.which("zstd"):
            self.file("plain.tar.zst", recipe.zstd(plain))
            subprocess.run(["zstd", "-q", "large.tar", "-o", "large.tar.zst"], cwd=self.work,
                           check=True)
        with open(self.work / "large.tar.gz", "wb") as packed:
            subprocess.run(["gzip", "-1", "-c", "large.tar"], cwd=self.work, check=True,
                           stdout=packed)

    def archives(self, stem):
        return [name for name in (stem, stem + ".gz", stem + ".zst") if (self.work / name).exists()]

    # --- what a run must have done ---

    def passage(self, **options):
        return Passage(self.program, self.work, **options)

    def check(self, name, path, passed, status=0):
        """All of PATH was passed on, with STATUS."""
        wanted = (status, os.path.getsize(path), sha256(path))
        self.tap.equal((passed.status, passed.size, passed.sha256), wanted, name)

    def report(self, name="badge.json"):
        """What stands in the report; a report that is not there, or not JSON, is None."""
        path = self.work / name
        if not path.exists():
            return None
        data = path.read_bytes()
        path.unlink()
        return data if not self.validator.problem(data) else None

    def inspected(self, name):
        with open(self.work / name, "rb") as stream:
            return subprocess.run([self.program.path, "--json", "-"], stdin=stream, check=False,
                                  env=clean_environment(), stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL).stdout

    def run(self):
        self.build()
        for test in (self.passes_on_large_streams, self.memory_is_constant,
                     self.passes_on_short_pieces, self.passes_on_by_any_descriptor,
                     self.waits_where_descriptors_do_not_block, self.survives_interrupts,
                     self.passes_on_while_it_reads, self.passes_on_what_is_no_image,
                     self.stops_where_it_is_told_to, self.reports_a_reader_that_stops,
                     self.reports_what_cannot_be_written, self.answers_by_its_status,
                     self.reports_several_images, self.reports_to_a_descriptor,
                     self.keeps_a_report_that_cannot_be_replaced, self.refuses_terminals):
            test()
        self.validator.finish(self.tap)
        return self.tap.done()

    # --- the bytes ---

    def passes_on_large_streams(self):
        for name in self.archives("large.tar") + self.archives("plain.tar") + ["tail.tar"]:
            path = self.work / name
            passed = self.passage().run(path, "--report", "badge.json")
            self.check(f"{name} through a pipe", path, passed)
            self.tap.equal(self.report(), self.inspected(name), f"{name}: the report of inspect")
            stdin = os.open(path, os.O_RDONLY)
            passed = self.passage().run(path, stdin=stdin)
            self.check(f"{name} as standard input", path, passed)

    def memory_is_constant(self):
        if self.sanitized:
            self.tap.skip("memory", "a sanitizer needs memory of its own")
            return
        for name in self.archives("large.tar"):
            passed = self.passage().measure(self.work / name)
            self.check(f"{name} under measurement", self.work / name, passed)
            limit = MOST_KIB if name == "large.tar" else 2 * MOST_KIB
            self.tap.point(passed.peak_kib <= limit, f"{name}: memory", f"{passed.peak_kib} KiB")

    def passes_on_short_pieces(self):
        for seed, name in enumerate(self.archives("plain.tar") + ["tail.tar"]):
            path = self.work / name
            self.check(f"{name} in short writes", path,
                       self.passage().run(path, write=short(seed)))
            self.check(f"{name} in short reads", path,
                       self.passage().run(path, read=short(seed)))
            self.check(f"{name} in short writes and reads", path,
                       self.passage().run(path, write=short(seed), read=short(seed + 100)))
        path = self.work / "small.tar"
        self.check("single bytes", path,
                   self.passage().run(path, write=constant(1), read=constant(1)))

    def passes_on_by_any_descriptor(self):
        path = self.work / "plain.tar"
        self.check("sockets", path, self.passage(pair=socket_pair).run(path))
        for name, flags in (("file", os.O_TRUNC), ("file to append to", os.O_APPEND)):
            for way, stdin in (("pipe", None), ("file", path)):
                copy = self.work / "copy"
                copy.unlink(missing_ok=True)
                out = os.open(copy, os.O_WRONLY | os.O_CREAT | flags, 0o600)
                with open(path, "rb") as stream:
                    feed = subprocess.Popen(["cat"], stdin=stream, stdout=subprocess.PIPE)
                    status = subprocess.run(
                        [self.program.path, "tee"], env=clean_environment(), stdout=out,
                        stdin=open(stdin, "rb") if stdin else feed.stdout, check=False,
                        stderr=subprocess.DEVNULL).returncode
                    feed.stdout.close()
                    feed.wait()
                os.close(out)
                self.tap.equal((status, sha256(copy)), (0, sha256(path)), f"{way} to a {name}")
        copy.unlink()

    def waits_where_descriptors_do_not_block(self):
        for pair, kind in ((pipe_pair, "pipes"), (socket_pair, "sockets")):
            for name in self.archives("plain.tar"):
                path = self.work / name
                passed = self.passage(pair=pair, blocking=False).run(
                    path, "--report", "badge.json", write=short(5, 60000), read=short(6, 60000))
                self.check(f"{name} by {kind} that do not block", path, passed)
                self.tap.equal(self.report(), self.inspected(name), f"{name} by {kind}: report")

    def survives_interrupts(self):
        path = self.work / "plain.tar"
        passed = self.passage().run(path, write=short(7, 900), read=short(8, 900), interrupts=60)
        self.check("stopped and continued", path, passed)

    def passes_on_while_it_reads(self):
        """The reader has a piece before the writer gives the next."""
        for name in ("plain.tar", "plain.tar.gz", "text"):
            data = (self.work / name).read_bytes()
            self.file("badge.json", b"old")
            run = self.passage()
            process = run.start("--report", "badge.json")
            good = True
            for start in range(0, 2 * MIB, 65536):
                passage.write_all(run.outer_in, data[start:start + 65536])
                got = b""
                while len(got) < 65536:
                    got += os.read(run.outer_out, 65536 - len(got))
                good = good and got == data[start:start + 65536]
            self.tap.point(good, f"{name}: bytes flow while it is read")
            self.tap.equal((self.work / "badge.json").read_bytes(), b"old",
                           f"{name}: no part of a report is there meanwhile")
            os.close(run.outer_in)
            reader = passage.Reader(run.outer_out, constant(MIB), sys.maxsize)
            reader.start()
            passage.finish(process)
            reader.join()
            self.tap.point(b"error" in (self.report() or b""), f"{name}: then it is")

    # --- what goes wrong ---

    def passes_on_what_is_no_image(self):
        for name, message in (("text", NO_IMAGE), ("empty", b"gpubadge: -: is empty\n"),
                              ("cut.tar", None), ("broken.tar.gz", None)):
            path = self.work / name
            for way in ("pipe", "file"):
                options = {"stdin": os.open(path, os.O_RDONLY)} if way == "file" else {}
                passed = self.passage().run(path, "--report", "badge.json", **options)
                self.check(f"{name} by {way}", path, passed, 2)
                self.tap.equal(self.report(), self.inspected(name), f"{name} by {way}: report")
                if message:
                    self.tap.equal(passed.stderr, message, f"{name} by {way}: message")

    def stops_where_it_is_told_to(self):
        path = self.work / "text"
        passed = self.passage().run(path, "--fail-fast", "--report", "badge.json")
        self.tap.equal((passed.status, passed.stderr, passed.broken_pipe), (2, NO_IMAGE, True),
                       "fail-fast: text")
        self.tap.point(passed.size < os.path.getsize(path), "fail-fast: text is not passed on",
                       f"{passed.size} bytes")
        self.tap.equal(self.report(), self.inspected("text"), "fail-fast: report")
        path = self.work / "tail.tar"
        self.check("fail-fast: a good image", path, self.passage().run(path, "--fail-fast"))

    def reports_a_reader_that_stops(self):
        for name in [*self.archives("large.tar")[:1], *self.archives("plain.tar"), "text"]:
            for most in (0, 1, 100000):
                passed = self.passage().run(self.work / name, "--report", "badge.json", most=most)
                self.tap.equal((passed.status, passed.stderr[:len(BROKEN_PIPE)]),
                               (2, BROKEN_PIPE), f"{name}: a reader stops after {most} bytes")
                report = json.loads(self.report() or b"{}")
                self.tap.equal(report.get("error", {}).get("code"), "IO",
                               f"{name}: a reader stops after {most} bytes: report")

    def reports_what_cannot_be_written(self):
        for name in ("small.tar", "plain.tar", "text"):
            for way in ("pipe", "file"):
                command = f"cat {name} | $P tee" if way == "pipe" else f"$P tee < {name}"
                for redirection, reason in (("> /dev/full", b"No space left on device"),
                                            (">&-", b"not open for writing; ")):
                    run = subprocess.run(
                        ["sh", "-c", f"{command} {redirection}"], cwd=self.work, check=False,
                        env=clean_environment(P=self.program.path, PATH=os.environ["PATH"]),
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    wanted = b"gpubadge: standard output: " + reason
                    self.tap.equal((run.returncode, run.stderr[:len(wanted)]), (2, wanted),
                                   f"{name} by {way} {redirection}")

    def answers_by_its_status(self):
        for name, arguments, status in (("small.tar", ["-e"], 0), ("web.tar", [], 0),
                                        ("web.tar", ["-e"], 1), ("odd.tar", [], 3),
                                        ("odd.tar", ["-e"], 0), ("both.tar", ["-e"], 1),
                                        ("both.tar", ["-e", "--ref", "app:v1"], 0),
                                        ("both.tar", ["--ref", "none:v1"], 2),
                                        ("small.tar", ["--platform", "linux/s390x"], 2)):
            path = self.work / name
            self.check(f"{name} {' '.join(arguments)}", path,
                       self.passage().run(path, *arguments), status)

    # --- the report ---

    def reports_several_images(self):
        path = self.work / "both.tar"
        passed = self.passage().run(path, "--report", "badge.json")
        self.tap.equal(self.report(), self.inspected("both.tar"), "several images: NDJSON")
        badges = [line for line in passed.stderr.splitlines() if line.startswith(b"  [")]
        self.tap.equal(len(badges), 2, "several images: badges on standard error")

    def reports_to_a_descriptor(self):
        path, wanted = self.work / "both.tar", self.inspected("both.tar")
        for blocking in (True, False):
            reader, writer = os.pipe()
            os.set_blocking(writer, blocking)
            passed = self.passage().run(path, "--report", f"fd:{writer}", pass_fds=[writer])
            os.close(writer)
            self.check(f"report to a pipe, blocking {blocking}", path, passed)
            with open(reader, "rb") as stream:
                self.tap.equal(stream.read(), wanted, f"the pipe's report, blocking {blocking}")
        with open(self.work / "badge.json", "wb") as stream:
            passed = self.passage().run(path, "--report", f"fd:{stream.fileno()}",
                                        pass_fds=[stream.fileno()])
        self.check("report to an open file", path, passed)
        self.tap.equal(self.report(), wanted, "the open file's report")
        reader, writer = os.pipe()
        os.close(reader)
        passed = self.passage().run(path, "--report", f"fd:{writer}", pass_fds=[writer])
        self.check("report to a pipe without a reader", path, passed, 2)
        self.tap.point(passed.stderr.endswith(f"cannot write fd:{writer}: Broken pipe\n".encode()),
                       "a pipe without a reader is told", passed.stderr.decode())
        os.close(writer)

    def keeps_a_report_that_cannot_be_replaced(self):
        path = self.work / "small.tar"
        (self.work / "directory").mkdir()
        for place, reason in (("directory", "Is a directory"),
                              ("missing/badge.json", "No such file or directory"),
                              ("small.tar/badge.json", "Not a directory")):
            passed = self.passage().run(path, "--report", place)
            self.check(f"report to {place}", path, passed, 2)
            message = f"gpubadge: cannot write {place}: {reason}\n".encode()
            self.tap.point(passed.stderr.endswith(message), f"report to {place}: message",
                           passed.stderr.decode())
        self.file("badge.json", b"old")
        before = sorted(os.listdir(self.work))
        passed = self.passage().run(path, "--report", "badge.json", restore_signals=False,
                                    preexec_fn=lambda: resource.setrlimit(
                                        resource.RLIMIT_FSIZE, (100, 100)))
        self.check("report that has no room", path, passed, 2)
        self.tap.equal((self.work / "badge.json").read_bytes(), b"old",
                       "report that has no room: the old one stays")
        self.tap.equal(sorted(os.listdir(self.work)), before, "no part of it is left")
        passed = self.passage().run(path, "--report", "badge.json")
        self.check("report over an old one", path, passed)
        self.tap.equal(self.report(), self.inspected("small.tar"), "the old report is replaced")

    def refuses_terminals(self):
        controller, terminal = pty.openpty()
        for stream in ("stdin", "stdout"):
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                       stream: terminal}
            run = subprocess.run([self.program.path, "tee"], stderr=subprocess.PIPE, check=False,
                                 env=clean_environment(), timeout=60, **streams)
            name = {"stdin": b"input", "stdout": b"output"}[stream]
            self.tap.point(run.returncode == 2 and
                           run.stderr.startswith(b"gpubadge: standard " + name + b" is a term"),
                           f"{stream} is a terminal", run.stderr.decode())
        os.close(terminal)
        os.close(controller)


def main():
    parser = argument_parser("look at both ends of gpubadge tee")
    parser.add_argument("--sanitized", action="store_true", help="do not measure memory")
    options = parser.parse_args()
    with scratch_directory(options.scratch) as work:
        return Tee(Program(options.program), work, options.sanitized).run()


if __name__ == "__main__":
    sys.exit(main())
