#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Images made by umoci, skopeo and buildah, read by gpubadge and by skopeo: every transport, every
outer compression, by path and through a pipe. The config must be the same byte for byte, the
environment the same in the same order."""

import bz2
import gzip
import json
import lzma
import os
import pathlib
import shutil
import subprocess
import sys

import recipe
from program import Program, argument_parser, scratch_directory
from run import Case
from schema import Validator
from tap_points import Tap

ENVIRONMENTS = {
    "empty": [],
    "cuda": [
        "PATH=/usr/local/cuda/bin:/usr/bin",
        "NVIDIA_VISIBLE_DEVICES=all",
        "NVIDIA_REQUIRE_CUDA=cuda>=12.4 brand=tesla,driver>=470,driver<471",
        "CUDA_VERSION=12.4.1",
    ],
    "odd": [
        "Z=last", "A==", "EMPTY=", "QUOTES=\"'<&>", "TWO=one\ntwo", "UNICODE=\u00fc\u4e2d\u6587"
    ],
}
ARCHIVES = ("docker-archive", "oci-archive")
DIRECTORIES = ("oci", "dir")


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


COMPRESSIONS = {
    None: lambda data: data,
    "gzip": gzip.compress,
    "zstd": zstd,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


class Tools:
    """Runs the tools with everything they write below WORK."""

    def __init__(self, work):
        self.work = work
        self.environment = {
            "PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(work), "TMPDIR": str(work),
            "XDG_RUNTIME_DIR": str(work),
        }

    def run(self, *command, stdin=None):
        run = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             cwd=self.work, env=self.environment, check=False, timeout=60)
        if run.returncode:
            raise RuntimeError(f"{' '.join(command)}: {run.stderr.decode(errors='replace')}")
        return run.stdout

    def skopeo(self, *arguments):
        return self.run("skopeo", "--insecure-policy", *arguments)

    def config(self, reference, *options):
        return self.skopeo(*options, "inspect", "--config", "--raw", reference)

    def environment_of(self, config):
        return json.loads(self.run("jq", "-c", ".config.Env // []", stdin=config))

    def buildah(self, *arguments):
        storage = ("--root", f"{self.work}/storage", "--runroot", f"{self.work}/run",
                   "--storage-driver", "vfs")
        return self.run("buildah", *storage, *arguments).decode().strip()


def missing_tools(*names):
    return [name for name in names if not shutil.which(name)]


class Differential:
    def __init__(self, program, work):
        self.program = program
        self.work = work
        self.tools = Tools(work)
        self.validator = Validator(program)
        self.tap = Tap()

    def run(self, suite):
        missing = missing_tools("umoci", "skopeo", "jq", "zstd")
        if missing:
            self.tap.skip("umoci and skopeo", f"not installed: {', '.join(missing)}")
        else:
            for name, environment in ENVIRONMENTS.items():
                self.run_environment(name, environment)
            self.run_two_images()
            Fixtures(self.program, self.work, self.tap).run(suite)
        self.run_buildah()
        self.validator.finish(self.tap)
        return self.tap.done()

    def run_environment(self, name, environment):
        """One image by umoci, copied to every transport by skopeo."""
        layout = f"umoci-{name}"
        self.tools.run("umoci", "init", "--layout", layout)
        self.tools.run("umoci", "new", "--image", f"{layout}:v1")
        options = [item for entry in environment for item in ("--config.env", entry)]
        self.tools.run("umoci", "config", "--image", f"{layout}:v1", *options)
        self.compare(f"{name} umoci", layout, f"oci:{layout}:v1", "oci", None)
        for transport in ARCHIVES:
            target = f"{name}-{transport}.tar"
            suffix = ":example.com/app:v1" if transport == "docker-archive" else ":v1"
            self.tools.skopeo("copy", "-q", f"oci:{layout}:v1", f"{transport}:{target}{suffix}")
            self.compare_compressed(name, transport, target)
        for transport in DIRECTORIES:
            target = f"{name}-{transport}"
            suffix = ":v1" if transport == "oci" else ""
            reference = f"{transport}:{target}{suffix}"
            self.tools.skopeo("copy", "-q", f"oci:{layout}:v1", reference)
            self.compare(f"{name} {transport}", target, reference, transport, None)

    def compare_compressed(self, name, transport, target):
        plain = (self.work / target).read_bytes()
        for compression, pack in COMPRESSIONS.items():
            packed = f"{target}.{compression or 'plain'}"
            data = pack(plain)
            (self.work / packed).write_bytes(data)
            # skopeo 1.9.3 cannot read a docker-archive that is compressed with gzip.
            broken = transport == "docker-archive" and compression == "gzip"
            reference = f"{transport}:{target if broken else packed}"
            label = f"{name} {transport} {compression}"
            self.compare(label, packed, reference, transport, compression)
            self.compare(f"{label} pipe", "-", reference, transport, compression, stdin=data)
            self.compare(f"{label} stdin", "-", reference, transport, compression, stdin=packed)

    def compare(self, name, argument, reference, transport, compression, *options, stdin=None):
        """ARGUMENT is for gpubadge, REFERENCE the same image for skopeo."""
        config = self.tools.config(reference)
        raw = self.ask("--raw-config", *options, argument, stdin=stdin)
        self.tap.equal((raw.status, raw.stdout), (0, config), f"{name}: config")
        report = self.report(*options, argument, stdin=stdin, name=name)
        self.tap.equal(report.get("env"), self.tools.environment_of(config), f"{name}: environment")
        self.tap.equal((report["source"]["transport"], report["source"]["compression"]),
                       (transport, compression), f"{name}: source")

    def ask(self, *arguments, stdin=None):
        return self.program.run(*arguments, cwd=str(self.work), stdin=stdin)

    def report(self, *arguments, name, stdin=None):
        result = self.ask("--json", "--env", *arguments, stdin=stdin)
        problem = self.validator.problem(result.stdout)
        self.tap.point(not problem and not result.broken_pipe, f"{name}: schema and pipe", problem)
        return json.loads(result.stdout.splitlines()[0])

    def run_two_images(self):
        """Two images in one layout: each under its name."""
        for name in ("empty", "cuda"):
            self.tools.skopeo("copy", "-q", f"oci:umoci-{name}:v1", f"oci:two:{name}")
        for name in ("empty", "cuda"):
            self.compare(f"two {name}", "two", f"oci:two:{name}", "oci", None, "--ref", name)
            argument = f"oci:two:{name}"
            self.compare(f"two {argument}", argument, argument, "oci", None)

    def run_buildah(self):
        """Docker media types, and an index of two platforms."""
        missing = missing_tools("buildah", "skopeo", "jq")
        if missing:
            self.tap.skip("buildah", f"not installed: {', '.join(missing)}")
            return
        try:
            self.build_with_buildah()
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            self.tap.skip("buildah", f"does not work here: {str(error).splitlines()[0]}")
            return
        self.compare("buildah docker media types", "docker-dir", "dir:docker-dir", "dir", None)
        self.compare("buildah docker-archive", "buildah.tar", "docker-archive:buildah.tar",
                     "docker-archive", None)
        for transport, argument in {"oci": "index", "oci-archive": "index.tar",
                                    "dir": "list"}.items():
            self.compare_platforms(transport, argument)

    def build_with_buildah(self):
        build = self.tools.buildah
        for architecture in ("amd64", "arm64"):
            container = build("from", "--arch", architecture, "scratch")
            build("config", "--arch", architecture, "--os", "linux", "--env",
                  f"ARCH={architecture}", "--env", "CUDA_VERSION=12.4.1", container)
            build("commit", "-q", container, f"app:{architecture}")
            if architecture == "amd64":
                build("commit", "-q", "--format", "docker", container, "app:docker")
        build("manifest", "create", "list")
        for architecture in ("amd64", "arm64"):
            build("manifest", "add", "list", f"localhost/app:{architecture}")
        for target in ("oci:index:v1", "oci-archive:index.tar:v1", "dir:list"):
            build("manifest", "push", "-q", "--all", "list", target)
        build("push", "-q", "app:docker", "dir:docker-dir")
        build("push", "-q", "app:amd64", "docker-archive:buildah.tar:example.com/app:v1")

    def compare_platforms(self, transport, argument):
        reference = f"{transport}:{argument}" + ("" if transport == "dir" else ":v1")
        for architecture in ("amd64", "arm64"):
            config = self.tools.config(reference, "--override-os", "linux",
                                       "--override-arch", architecture)
            raw = self.ask("--raw-config", "--platform", f"linux/{architecture}", argument)
            self.tap.equal((raw.status, raw.stdout), (0, config),
                           f"buildah {transport} {architecture}: config")
        result = self.ask("--json", argument)
        problem = self.validator.problem(result.stdout)
        self.tap.point(not problem, f"buildah {transport}: schema", problem)
        found = [json.loads(line)["image"]["platform"]["architecture"]
                 for line in result.stdout.splitlines()]
        self.tap.equal(found, ["amd64", "arm64"], f"buildah {transport}: both platforms")


class Fixtures:
    """Every input of a directory of fixtures that skopeo can read as well: the same config, byte
    for byte. What gpubadge refuses and skopeo reads has its reason in the recipe."""

    def __init__(self, program, work, tap):
        self.program = program
        self.work = work
        self.tools = Tools(work)
        self.tap = tap
        self.read = 0

    def run(self, suite):
        for path in sorted(suite.iterdir()):
            place = self.work / path.name
            place.mkdir()
            if not (path / "recipe").exists():
                continue
            try:
                recipe.build((path / "recipe").read_text(encoding="utf-8"), place, path.name)
            except recipe.ToolMissing:
                continue
            for name in sorted(self.inputs(path, place)):
                self.compare(f"{path.name}/{name}")
        self.tap.point(self.read > 100, f"skopeo reads {self.read} inputs of the fixtures")

    @staticmethod
    def inputs(path, place):
        words = {word for case in path.glob("*cmd") for word in Case(case).words}
        return [word for word in words if (place / word).exists() and not word.startswith("/")]

    def compare(self, name):
        """Where skopeo finds one image, gpubadge finds it, among others if there are any."""
        is_directory = (self.work / name).is_dir()
        for transport in DIRECTORIES if is_directory else ARCHIVES:
            config = self.by_skopeo(f"{transport}:{name}")
            if config is None:
                continue
            self.read += 1
            result = self.program.run("--raw-config", f"{transport}:{name}", cwd=str(self.work))
            if b"there are more" not in result.stderr:
                self.tap.equal((result.status in (0, 3), result.stdout), (True, config),
                               f"fixture {transport}:{name}")

    def by_skopeo(self, reference):
        try:
            return self.tools.config(reference)
        except (RuntimeError, subprocess.TimeoutExpired):
            return None


def main():
    parser = argument_parser("compare with skopeo")
    parser.add_argument("suite", type=pathlib.Path, help="directory of fixtures")
    options = parser.parse_args()
    with scratch_directory(options.scratch) as work:
        return Differential(Program(options.program), work.resolve()).run(options.suite)


if __name__ == "__main__":
    sys.exit(main())
