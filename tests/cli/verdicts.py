#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `gpubadge match` answers, against two others: what libnvidia-container's own evaluator
answered (fixtures/require/verdicts.data), and a second evaluator, written here, that tries every
value a fact that is not stated may have."""

import itertools
import json
import pathlib
import random
import re
import sys

import recipe
from program import Program, argument_parser, scratch_directory
from schema import Validator
from tap_points import Tap

SEED = 20260822
FULL, PARTIAL = 40, 12  # random servers with all facts, and without some

CONDITION = re.compile(r"(cuda|driver|arch|brand)(<=|>=|!=|=|<|>)(.*)", re.IGNORECASE)
VERSION = re.compile(r"[0-9][0-9.]*")
FACTS = ("cuda", "driver", "arch", "brand")
OPERATORS = {
    "=": lambda order: order == 0, "!=": lambda order: order != 0,
    "<": lambda order: order < 0, "<=": lambda order: order <= 0,
    ">": lambda order: order > 0, ">=": lambda order: order >= 0,
}


# --- the second evaluator: what src/cli/dsl.c of libnvidia-container does -------------------------


def numbers(version):
    """A trailing zero has no meaning, nor has a doubled dot."""
    value = [int(part) for part in version.split(".") if part]
    while value and value[-1] == 0:
        value.pop()
    return value


def parse_condition(text):
    """(property, operator, value), or None if it is malformed."""
    match = CONDITION.fullmatch(text)
    if not match:
        return None
    name, operator, value = match[1].lower(), match[2], match[3]
    if name == "brand":
        return (name, operator, value.lower()) if value and operator in ("=", "!=") else None
    return (name, operator, numbers(value)) if VERSION.fullmatch(value) else None


def parse(text):
    return [[parse_condition(condition) for condition in alternative.split(",") if condition]
            for alternative in text.split(" ") if alternative]


def compare(left, right):
    return (left > right) - (left < right)


def holds(requirement, facts):
    """From left to right, and only until the answer is known."""
    for alternative in requirement:
        met = True
        for condition in alternative:
            if condition is None:
                return False
            name, operator, value = condition
            if not OPERATORS[operator](compare(facts[name], value)):
                met = False
                break
        if met:
            return True
    return not requirement


def values_of(requirement, name):
    """One value of NAME for each answer that conditions can give: those named, one above each and
    one below all of them."""
    named = [condition[2] for alternative in requirement for condition in alternative
             if condition and condition[0] == name]
    if name == "brand":
        return sorted({*named, "another"})
    return [[], *named, *(value + [0, 1] for value in named)]


def answer(requirement, facts):
    """yes, no or unknown for one GPU."""
    missing = [name for name in FACTS if facts[name] is None]
    worlds = itertools.product(*(values_of(requirement, name) for name in missing))
    answers = {holds(requirement, {**facts, **dict(zip(missing, world))}) for world in worlds}
    return "unknown" if len(answers) > 1 else "yes" if answers == {True} else "no"


def server_answer(requirement, server, cuda_of_branch):
    driver = server.get("driver")
    cuda = server.get("cuda") or (driver and cuda_of_branch.get(driver.split(".")[0]))
    answers = {answer(requirement, {
        "cuda": cuda and numbers(cuda), "driver": driver and numbers(driver),
        "arch": gpu.get("arch") and numbers(gpu["arch"]),
        "brand": gpu.get("brand") and gpu["brand"].lower(),
    }) for gpu in server["gpus"]}
    return next((one for one in ("no", "unknown", "yes") if one in answers), "no")


def tier_of(version, server, floors):
    major = version.split(".")[0]
    if not server["gpus"]:
        return "none"
    if numbers(server["cuda"]) >= numbers(version):
        return "native"
    if server["cuda"].split(".")[0] == major and major in floors:
        return "minor-version" if numbers(server["driver"]) >= floors[major] else "none"
    return "none"


# --- servers --------------------------------------------------------------------------------------


def random_server(chance, name, branches, whole):
    """A server; one that is not WHOLE lacks some facts."""
    branch, cuda = chance.choice(branches)
    facts = {"driver": f"{branch}.{chance.randrange(200)}.{chance.randrange(20):02}", "cuda": cuda}
    gpus = [{"arch": chance.choice(("7.0", "7.5", "8.0", "8.6", "9.0", "12.0")),
             "brand": chance.choice(("Tesla", "Nvidia", "GeForce", "NVS", "Unknown", "GRID"))}
            for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))]
    if not whole:
        facts = chance.choice(({}, {"cuda": cuda}, {"driver": facts["driver"]}, facts))
        gpus = [{key: value for key, value in gpu.items() if chance.random() < 0.5}
                for gpu in gpus]
    return {"name": name, **facts, "gpus": gpus}


def fleet_of(chance, branches):
    servers = [random_server(chance, f"whole-{i}", branches, True) for i in range(FULL)]
    return servers + [random_server(chance, f"part-{i}", branches, False) for i in range(PARTIAL)]


# --- the test -------------------------------------------------------------------------------------


def read_verdicts(path):
    """Servers that state everything, and (requirement, letters for all servers)."""
    servers, verdicts = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition("\t")
        if kind == "server":
            servers.append(rest.split("\t"))
        elif kind == "verdicts":
            letters, _, requirement = rest.partition("\t")
            verdicts.append((requirement, letters))
    return servers, verdicts


class Verdicts:
    def __init__(self, program, work, fixtures):
        self.program = program
        self.work = work
        self.fixtures = fixtures
        self.validator = Validator(program)
        self.tap = Tap()

    def match(self, requirements, servers, variable="NVIDIA_REQUIRE_CUDA"):
        """One report for each value of VARIABLE, in one run over an archive of all of them."""
        images = [recipe.image(recipe.config(f"{variable}={text}", author=f"image {i}"))
                  for i, text in enumerate(requirements)]
        place = recipe.Workplace(self.work)
        place.file("images.tar", recipe.tar(recipe.docker_archive(*images)))
        place.file("servers.json", {"servers": servers})
        run = self.program.run("match", "--json", "--servers", "servers.json", "images.tar",
                               cwd=str(self.work))
        problem = self.validator.problem(run.stdout)
        self.tap.point(not problem and not run.stderr and run.status in (0, 1, 3),
                       f"{len(requirements)} images on {len(servers)} servers",
                       problem + run.stderr.decode())
        return [json.loads(line) for line in run.stdout.splitlines()]

    def run(self):
        servers, verdicts = read_verdicts(self.fixtures / "require" / "verdicts.data")
        self.against_nvidia(servers, verdicts)
        corpus = json.loads((self.fixtures / "corpus" / "environments.json").read_bytes())
        self.against_the_second(sorted({text for text, _ in verdicts} |
                                       set(corpus["requirements"])))
        self.tiers()
        self.validator.finish(self.tap)
        return self.tap.done()

    def against_nvidia(self, servers, verdicts):
        """A fact that is not there is not the same as one that is not stated: left out."""
        whole = [i for i, facts in enumerate(servers) if "-" not in facts]
        inventory = [
            {"name": f"server {i}", "cuda": servers[i][0], "driver": servers[i][1],
             "gpus": [{"arch": servers[i][2], "brand": servers[i][3]}]} for i in whole]
        words = {"y": "yes", "n": "no", "i": "no"}
        for (text, letters), report in zip(
                verdicts, self.match([text for text, _ in verdicts], inventory)):
            self.tap.equal([server["verdict"] for server in report["servers"]],
                           [words[letters[i]] for i in whole], f"as NVIDIA: {text[:60]}")

    def against_the_second(self, requirements):
        tables = json.loads(self.program.run("tables", "--json").stdout)
        branches = {row["branch"]: row["cuda"] for row in tables["branches"]}
        known = [(branch, cuda) for branch, cuda in branches.items() if cuda]
        servers = fleet_of(random.Random(SEED), known)
        for text, report in zip(requirements, self.match(requirements, servers)):
            requirement = parse(text)
            expected = [server_answer(requirement, server, branches) for server in servers]
            self.compare(text, report, servers, expected)

    def tiers(self):
        """Images that name no driver branch: forward compatibility is not among them."""
        tables = json.loads(self.program.run("tables", "--json").stdout)
        floors = {row["major"]: numbers(row["driver"]) for row in tables["compatibility"]}
        known = [(row["branch"], row["cuda"]) for row in tables["branches"] if row["cuda"]]
        chance = random.Random(SEED)
        servers = [random_server(chance, row[0], [row], True) for row in known]
        versions = ["10.2", "11.0", "11.8", "12.0", "12.4", "12.9", "13.0"]
        for version, report in zip(versions, self.match(versions, servers, "CUDA_VERSION")):
            expected = [tier_of(version, server, floors) for server in servers]
            self.tap.equal([server["tier"] for server in report["servers"]], expected,
                           f"tiers of CUDA {version}")

    def compare(self, text, report, servers, expected):
        problems = []
        for server, wanted, got in zip(servers, expected, report["servers"]):
            if got["verdict"] != wanted:
                problems.append(f"{server}: expected {wanted}, got {got['verdict']}")
        counts = {word: expected.count(word) for word in ("yes", "no", "unknown")}
        if report["summary"] != counts:
            problems.append(f"summary {report['summary']}, expected {counts}")
        self.tap.point(not problems, f"as the second evaluator: {text[:60]}", "\n".join(problems))


def main():
    parser = argument_parser("compare the verdicts of match with those of others")
    parser.add_argument("fixtures", type=pathlib.Path, help="the tree's directory fixtures")
    options = parser.parse_args()
    with scratch_directory(options.scratch) as work:
        return Verdicts(Program(options.program), work, options.fixtures).run()


if __name__ == "__main__":
    sys.exit(main())
