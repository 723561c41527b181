#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Inputs that claim much: answered in bounded time and with bounded memory."""

import json
import sys

import peak
import recipe
from program import Program, argument_parser, scratch_directory
from tap_points import Tap


class Limits:
    def __init__(self, program, work, sanitized):
        self.program = program
        self.work = work
        self.sanitized = sanitized
        self.tap = Tap()
        self.small = 0

    def check(self, name, argument, expected, stdin=None):
        """EXPECTED is the badge, or the error's code."""
        status, stdout, kib = peak.measure(self.program, self.work, "--json", argument, stdin=stdin)
        if status is None:
            self.tap.point(False, f"{name}: answered in time", "ran into the time limit")
            return
        report = json.loads(stdout)
        found = report["error"]["code"] if "error" in report else report["gpu"]
        self.tap.equal(found, expected, f"{name}: answer")
        if self.sanitized:
            self.tap.skip(f"{name}: memory", "a sanitizer needs memory of its own")
            return
        self.tap.point(kib <= self.small + peak.KIB_ABOVE_SMALL, f"{name}: memory",
                       f"{kib} KiB, a small image takes {self.small} KiB")

    def check_both_ways(self, name, data, expected):
        path = self.work / "input.tar"
        path.write_bytes(data)
        self.check(name, "input.tar", expected)
        self.check(f"{name} by pipe", "-", expected, stdin=data)
        path.unlink()

    def run(self):
        app = recipe.config("CUDA_VERSION=12.4.1")
        self.members = recipe.docker_archive(recipe.image(app, "app:v1", style="jib"))
        place = recipe.Workplace(self.work)
        place.file("small.tar", recipe.tar(self.members))
        _, _, self.small = peak.measure(self.program, self.work, "--json", "small.tar")
        self.many_members()
        self.long_headers()
        self.many_values()
        self.compressed_documents()
        self.one_document_many_times(app)
        self.each_by_option()
        return self.tap.done()

    def many_members(self):
        for name, data in (("files", b"x"), ("documents", b"{}"), ("empty files", b"")):
            entries = b"".join(recipe.entry(recipe.member(f"directory/{number}", data))
                               for number in range(100_000))
            self.check_both_ways(f"100000 {name}", recipe.tar([entries, *self.members]), True)

    def long_headers(self):
        pax = recipe.pax({"comment": "x" * 20 * 1024 * 1024})
        self.check_both_ways("a PAX header of 20 MiB", recipe.tar([pax, *self.members]), "LIMIT")
        # PAX sparse format 1.0 keeps its map at the head of the content: 5,000,000 pieces of nothing.
        sparse = b"5000000\n" + b"0\n0\n" * 5_000_000
        keys = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "x",
                "GNU.sparse.realsize": "1"}
        entry = recipe.pax(keys) + recipe.entry(recipe.member("GNUSparseFile.0/x", sparse))
        self.check_both_ways("a sparse map of 20 MB", recipe.gzip(recipe.tar([entry, *self.members])),
                             "LIMIT")
        name = "n" * 900_000
        long = b"".join(recipe.pax({"path": f"{name}{number}"}) + recipe.header("x", 0)
                        for number in range(40))
        self.check_both_ways("40 names of 900 kB", recipe.tar([long, *self.members]), True)

    def many_values(self):
        """Just under 4 MiB of JSON that would take a hundred times as much when parsed."""
        for name, value in (("arrays", "[]"), ("numbers", "1")):
            count = (4 * 1024 * 1024 - 1024) // (len(value) + 1)
            text = "[" + ",".join([value] * count) + "]"
            data = recipe.config("CUDA_VERSION=12.4.1")[:-1] + b',"x":' + text.encode() + b"}"
            archive = recipe.tar(recipe.docker_archive(recipe.image(data)))
            self.check_both_ways(f"{count} {name} in a config", archive, "LIMIT")

    def compressed_documents(self):
        """A config that unpacks to more than a config may have."""
        bomb = recipe.gzip(bytes(64 * 1024 * 1024), 1)
        packed = recipe.gzip(b"{" + b" " * 64 * 1024 * 1024 + b"}", 1)
        for name, data, expected in (("zeros", bomb, "JSON"), ("blanks", packed, "LIMIT")):
            archive = recipe.tar(recipe.docker_archive(recipe.image(data, style="jib")))
            self.check_both_ways(f"a config that unpacks to 64 MiB of {name}", archive, expected)

    def one_document_many_times(self, app):
        """An index may list one manifest of 4 MiB a thousand times, manifest.json one config: each
        is read once, or 4 MB of input keep the processor busy for a minute."""
        size = 4 * 1024 * 1024 - 1024
        layout = recipe.Layout()
        manifest = {**layout.manifest(app), "annotations": {"blanks": " " * size}}
        layout.index["manifests"] = [layout.blob(manifest, recipe.OCI_MANIFEST)] * 1000
        config = recipe.config("CUDA_VERSION=12.4.1", author=" " * (size - 1024))
        item = recipe.image(config).item
        archives = {
            "manifest": recipe.tar(layout.members()),
            "config": recipe.tar(
                recipe.docker_archive(recipe.image(config), manifest=[item] * 1000)),
        }
        for name, archive in archives.items():
            (self.work / "input.tar").write_bytes(archive)
            self.check(f"one {name} of 4 MiB listed 1000 times", "input.tar", True)

    def each_by_option(self):
        """--limit NAME=N: N is enough and N - 1 is not, and the message says how to raise it."""
        for name, (data, least) in limited_inputs().items():
            path = self.work / "input.tar"
            path.write_bytes(data)
            found = self.least_that_passes(name)
            self.tap.equal(found, least or found, f"--limit {name}={found} is enough")
            result = self.program.run("--limit", f"{name}={found - 1}", "input.tar", cwd=str(self.work))
            self.tap.point(result.status == 2 and f"--limit {name}=N" in result.stderr.decode(),
                           f"--limit {name}={found - 1} is not", result.stderr)

    def passes(self, name, value):
        return self.program.run("-q", "--limit", f"{name}={value}", "input.tar",
                                cwd=str(self.work)).status == 0

    def least_that_passes(self, name):
        low, high = 0, 1 << 30
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.passes(name, middle) else (middle + 1, high)
        return low


def limited_inputs():
    """For each limit an input, and the least that the limit must be for it where that is plain."""
    app = recipe.config("CUDA_VERSION=12.4.1")
    plain = recipe.tar(recipe.docker_archive(recipe.image(app, "a:1", "a:2", "a:3", style="jib")))
    long = "NVIDIA_REQUIRE_CUDA=cuda>=11 cuda>=12 cuda>=13"
    further = [f"NVIDIA_REQUIRE_X{number}=driver>=1" for number in range(3)]
    environment = recipe.tar(recipe.docker_archive(recipe.image(recipe.config(long, *further))))
    layout, nested = recipe.Layout(), recipe.Layout()
    for number in range(3):
        layout.image(recipe.config(f"NVIDIA_GPU={number + 1}"))
    made = nested.image(app, listed=False)
    for level in range(3):
        made = nested.nested(made, listed=level == 2)
    links = [recipe.symlink(str(number), str(number + 1)) for number in range(3)]
    linked = [*links, recipe.member("3", app),
              recipe.member("manifest.json", [recipe.image(app, Config="0").item])]
    return {
        "document_bytes": (plain, max(len(m.data) for m in recipe.docker_archive(
            recipe.image(app, "a:1", "a:2", "a:3", style="jib"))[1:])),
        "kept_bytes": (plain, None),
        "json_values": (plain, None),
        "decompressed_bytes": (recipe.gzip(plain), len(plain)),
        "window_bytes": (recipe.xz(plain), None),
        "compression_depth": (recipe.gzip(recipe.gzip(plain)), 2),
        "index_depth": (recipe.tar(nested.members()), 4),
        "index_descriptors": (recipe.tar(layout.members()), 3),
        "image_names": (plain, 3),
        "link_hops": (recipe.tar(linked), 3),
        "environment_entries": (environment, 4),
        "environment_entry_bytes": (environment, len(long)),
        "requirement_variables": (environment, 3),
        "requirement_bytes": (environment, len(long) - len("NVIDIA_REQUIRE_CUDA=")),
        "requirement_conditions": (environment, 3),
        "result_bytes": (plain, None),
    }


def main():
    parser = argument_parser("measure time and memory on inputs that claim much")
    parser.add_argument("--sanitized", action="store_true", help="do not measure memory")
    options = parser.parse_args()
    with scratch_directory(options.scratch) as work:
        return Limits(Program(options.program), work, options.sanitized).run()


if __name__ == "__main__":
    sys.exit(main())
