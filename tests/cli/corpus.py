#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Environments of published images, each as a docker archive and as an OCI archive, against what
their Dockerfiles say. Archives of many images go through a pipe: one run judges a few hundred."""

import json
import pathlib
import sys

import recipe
from program import Program, argument_parser
from schema import Validator
from tap_points import Tap

# An archive may list a thousand images.
BATCH = 500


def load(path):
    """The entries of PATH: a list, or an object in which long requirements, which many images
    share, stand once and are referred to as {"NVIDIA_REQUIRE_CUDA": number}."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(document, list):
        return document
    requirements = document["requirements"]
    for entry in document["environments"]:
        require = entry["expected"]["require"]
        if isinstance(require, dict):
            entry["expected"]["require"] = requirements[require["NVIDIA_REQUIRE_CUDA"]]
        entry["env"] = [text if isinstance(text, str) else
                        f"NVIDIA_REQUIRE_CUDA={requirements[text['NVIDIA_REQUIRE_CUDA']]}"
                        for text in entry["env"]]
    return document["environments"]


def config_of(number, entry):
    """The number keeps configs of equal environments apart: the same config is one image."""
    return recipe.config(*entry["env"], architecture=entry["arch"], author=f"entry {number}")


def docker_archive(batch):
    return recipe.tar(recipe.docker_archive(
        *(recipe.image(config_of(i, entry), f"corpus:{i}") for i, entry in batch)))


def oci_archive(batch):
    layout = recipe.Layout()
    for number, entry in batch:
        layout.image(config_of(number, entry), f"corpus:{number}")
    return recipe.tar(layout.members())


def expected_facts(entry):
    """EXPECTED.REQUIRE is NVIDIA_REQUIRE_CUDA alone, null if it is empty."""
    expected = entry["expected"]
    return {
        "gpu": expected["gpu"],
        "variables": sorted(expected["variables"]),
        "cuda_version": expected["cuda_version"] or None,
        "require": expected["require"] or None,
        "architecture": entry["arch"],
        "env": [text for text in entry["env"] if text],
    }


def reported_facts(report):
    requirement = report["cuda"]["requirement"]
    stated = requirement and requirement["origin"] == "NVIDIA_REQUIRE_CUDA"
    return {
        "gpu": report["gpu"],
        "variables": sorted(fact["variable"] for fact in report["evidence"]),
        "cuda_version": report["cuda"]["version"],
        "require": requirement["expression"] if stated else None,
        "architecture": report["image"]["platform"]["architecture"],
        "env": report["env"],
    }


def check_requirement_origin(report):
    """Without NVIDIA_REQUIRE_CUDA the legacy rule makes the requirement of CUDA_VERSION."""
    requirement, version = report["cuda"]["requirement"], report["cuda"]["version"]
    if not requirement or requirement["origin"] != "CUDA_VERSION":
        return True
    return requirement["expression"] == "cuda>=" + ".".join((version + ".0").split(".")[:2])


class Corpus:
    def __init__(self, program, entries):
        self.program = program
        self.entries = list(enumerate(entries))
        self.validator = Validator(program)
        self.tap = Tap()

    def run(self):
        for start in range(0, len(self.entries), BATCH):
            batch = self.entries[start:start + BATCH]
            for transport, build in (("docker-archive", docker_archive),
                                     ("oci-archive", oci_archive)):
                self.run_batch(transport, batch, build(batch))
        self.validator.finish(self.tap)
        return self.tap.done()

    def run_batch(self, transport, batch, archive):
        result = self.program.run("--json", "--env", "-", stdin=archive)
        problem = self.validator.problem(result.stdout)
        self.tap.point(not problem, f"{transport}: schema", problem)
        reports = [json.loads(line) for line in result.stdout.splitlines()]
        self.tap.equal(len(reports), len(batch), f"{transport}: every image is reported")
        for (number, entry), report in zip(batch, reports):
            name = f"{transport}: {number}: {entry['image']} {entry['arch']}"
            self.check(name, transport, entry, report)

    def check(self, name, transport, entry, report):
        expected, found = expected_facts(entry), reported_facts(report)
        wrong = [key for key in expected if expected[key] != found[key]]
        diagnosis = "".join(f"{key}: expected {expected[key]!r}, got {found[key]!r}\n"
                            for key in wrong)
        if report["source"]["transport"] != transport:
            diagnosis += f"transport: {report['source']['transport']}\n"
        if not check_requirement_origin(report):
            diagnosis += f"legacy rule: {report['cuda']}\n"
        self.tap.point(not diagnosis, name, diagnosis)


def main():
    parser = argument_parser("compare environments of published images")
    parser.add_argument("environments", type=pathlib.Path, help="a list of entries, JSON")
    options = parser.parse_args()
    return Corpus(Program(options.program), load(options.environments)).run()


if __name__ == "__main__":
    sys.exit(main())
