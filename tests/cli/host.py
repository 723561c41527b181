#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`gpubadge match --host`: with a library that answers as NVML does (tests/stand-in), and without
one. The name of this machine is its own; the tests put HOST in its place."""

import json
import os
import pathlib
import socket
import sys

import recipe
from program import Program, argument_parser, scratch_directory
from schema import Validator
from tap_points import Tap

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
LIST = recipe.nvidia_list("12.4", 470, 525, 535)
A100 = "NVIDIA A100-SXM4-40GB|14|8.0"
T4 = "Tesla T4|14|7.5"
GTX = "NVIDIA GeForce GTX 1050|5|6.1"

# What the stand-in says, the verdict, the tier, and what the reasons have in them.
CASES = {
    "a GPU and a driver that is new enough":
        ({"GB_NVML_GPUS": A100}, "yes", "native", ["cuda>=12.4 is met: CUDA 12.4"]),
    "a branch that is listed":
        ({"GB_NVML_GPUS": A100, "GB_NVML_DRIVER": "535.183.06", "GB_NVML_CUDA": "12020"}, "yes",
         "minor-version", ["driver>=535,driver<536 is met: driver 535.183.06, brand"]),
    "a branch that is not listed":
        ({"GB_NVML_GPUS": T4, "GB_NVML_DRIVER": "530.30.02", "GB_NVML_CUDA": "12010"}, "no",
         "minor-version", ["is met: CUDA 12.1, driver 530.30.02", "would qualify with driver 550"]),
    "two GPUs, forward compatibility for neither":
        ({"GB_NVML_GPUS": f"{GTX};{T4}", "GB_NVML_DRIVER": "470.256.02", "GB_NVML_CUDA": "11040"},
         "yes", "none", ["GPU NVIDIA GeForce GTX 1050: brand=geforce,driver>=470"]),
    "a driver and no GPU":
        ({}, "no", "none", ["the server has no NVIDIA GPU"]),
    "a GPU of unknown brand":
        ({"GB_NVML_GPUS": A100, "GB_NVML_DRIVER": "535.183.06", "GB_NVML_CUDA": "12020",
          "GB_NVML_FAIL": "nvmlDeviceGetBrand:3"}, "yes", "minor-version",
         ["is told by the product NVIDIA A100-SXM4-40GB"]),
    "a name that acts on terminals":
        ({"GB_NVML_GPUS": "\x1b[31m|0|8.0", "GB_NVML_CUDA": "12020"}, None, None, []),
}


class Host:
    def __init__(self, program, work, library):
        self.program = program
        self.work = work
        self.library = library
        self.validator = Validator(program)
        self.tap = Tap()

    def environment(self, **answers):
        """NVML is found where the stand-in is, before what the machine may have."""
        return {"LD_LIBRARY_PATH": os.pathsep.join([str(self.library), *self.others()]), **answers}

    def others(self):
        """Where the program's own libraries may be. meson adds the stand-in to them."""
        inherited = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
        return [path for path in inherited if path and pathlib.Path(path) != self.library]

    def match(self, *options, image="app.tar", **answers):
        return self.program.run("match", "--host", *options, image, cwd=str(self.work),
                                env=self.environment(**answers))

    def run(self):
        place = recipe.Workplace(self.work)
        architecture = ARCHITECTURES.get(os.uname().machine, os.uname().machine)
        for name, env in (("app.tar", [LIST, "CUDA_VERSION=12.4.1"]), ("web.tar", [])):
            data = recipe.config(*env, architecture=architecture)
            place.file(name, recipe.tar(recipe.docker_archive(recipe.image(data))))
        place.file("same.json", recipe.server(socket.gethostname()))
        for name, case in CASES.items():
            self.answer(name, *case)
        self.text()
        self.names()
        self.trouble()
        self.without_library()
        self.validator.finish(self.tap)
        return self.tap.done()

    def answer(self, name, answers, verdict, tier, pieces):
        run = self.match("--json", **answers)
        problem = self.validator.problem(run.stdout) + run.stderr.decode()
        self.tap.point(not problem, f"{name}: JSON", problem)
        if problem:
            return
        self.tap.equal(b"\x1b" in run.stdout, False, f"{name}: nothing acts on a terminal")
        server, = json.loads(run.stdout)["servers"]
        self.tap.equal(server["name"], socket.gethostname(), f"{name}: name")
        if verdict:
            self.tap.equal((server["verdict"], server["tier"]), (verdict, tier), f"{name}: verdict")
            status = {"yes": 0, "no": 1, "unknown": 3}[verdict]
            self.tap.equal(run.status, status, f"{name}: status")
        reasons = "; ".join(server["reasons"])
        for piece in pieces:
            self.tap.point(piece in reasons, f"{name}: {piece}", reasons)

    def text(self):
        run = self.match(GB_NVML_GPUS=A100)
        self.tap.equal((run.status, run.stderr), (0, b""), "text: status")
        lines = run.stdout.decode().splitlines()
        expected = [socket.gethostname(), "yes", "native", "cuda>=12.4"]
        self.tap.equal(lines[3].split()[:4], expected, "text: the line of this machine")
        self.tap.equal(lines[4:], ["  1 yes, 0 no, 0 unknown"], "text: the sum")
        run = self.match(image="web.tar")
        self.tap.equal(run.status, 0, "an image without the badge runs without a GPU")

    def names(self):
        run = self.match("--names", GB_NVML_GPUS=A100)
        self.tap.equal((run.status, run.stdout.decode()), (0, socket.gethostname() + "\n"), "names")
        run = self.match("--host", "--names", GB_NVML_GPUS=A100)
        self.tap.equal((run.status, run.stdout.decode()), (0, socket.gethostname() + "\n"),
                       "--host twice is once")
        run = self.match("--servers", "same.json", GB_NVML_GPUS=A100)
        self.tap.equal((run.status, run.stdout, b"is listed twice" in run.stderr), (2, b"", True),
                       "an inventory that has this machine as well")

    def trouble(self):
        run = self.match(GB_NVML_GPUS=A100, GB_NVML_FAIL="nvmlInit_v2:999")
        one_line = run.stderr.startswith(b"gpubadge: this host: ") and run.stderr.count(b"\n") == 1
        self.tap.equal((run.status, run.stdout, one_line), (2, b"", True), "NVML fails")

    def without_library(self):
        """The machine's own driver would answer."""
        if os.path.exists("/proc/driver/nvidia"):
            self.tap.skip("no driver", "this machine has one")
            return
        run = self.program.run("match", "--host", "app.tar", cwd=str(self.work),
                               env={"LD_LIBRARY_PATH": os.pathsep.join(self.others())})
        good = b"the server has no NVIDIA GPU; no NVIDIA driver is loaded" in run.stdout
        self.tap.point(run.status == 1 and good and not run.stderr, "no driver: no GPU",
                       (run.stdout + run.stderr).decode())


def main():
    parser = argument_parser("match with this machine")
    parser.add_argument("library", type=pathlib.Path, help="the stand-in for libnvidia-ml.so.1")
    options = parser.parse_args()
    with scratch_directory(options.scratch) as work:
        return Host(Program(options.program), work, options.library.resolve().parent).run()


if __name__ == "__main__":
    sys.exit(main())
