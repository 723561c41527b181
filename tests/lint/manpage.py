#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gpubadge(1) says what the program does: its lists are compared with the sources both ways.

usage: manpage.py SOURCE GPUBADGE
"""
import json
import os
import re
import shutil
import subprocess
import sys

import sources
import tap

UNITS = {"KIB": 1024, "MIB": 1024 ** 2, "KiB": 1024, "MiB": 1024 ** 2, "TiB": 1024 ** 4}
MONTHS = ("January February March April May June July August September October November "
          "December").split()


class Page:
    def __init__(self, text):
        self.text = text
        self.sections = dict(re.findall(r"^\.Sh (.*)\n((?:(?!\.Sh ).*\n)*)", text, re.MULTILINE))

    def items(self, section, part=None):
        """What the .It lines of SECTION tag, or those of a PART of it (.Ss)."""
        text = self.sections.get(section, "")
        if part:
            text = re.findall(rf"^\.Ss {part}\n((?:(?!\.Ss ).*\n)*)", text, re.MULTILINE)[0]
        return re.findall(r"^\.It (.*)$", text, re.MULTILINE)


def read_help(program, *arguments):
    return subprocess.run([program, *arguments, "--help"], capture_output=True, text=True,
                          check=True).stdout


def help_options(text):
    """(short, long, argument) of each option of a help."""
    return {(short, name, argument) for short, name, argument in re.findall(
        r"^  (?:-(\w), |    )--([\w-]+)(?: ([A-Z/=]+))? ", text, re.MULTILINE)}


def man_options(page):
    for item in page.items("OPTIONS"):
        match = re.fullmatch(r"(?:Fl (\w) , )?Fl -([\w-]+)(?: Ar ([A-Z/=]+)(?: Ns .*)?)?", item)
        yield (match.group(1) or "", match.group(2), match.group(3) or "") if match else item


def options(page, program):
    yield from tap.differences("option", "OPTIONS", man_options(page),
                               "--help", help_options(read_help(program)))


def mentioned_options(page, program):
    known = help_options(read_help(program))
    longs = {name for _, name, _ in known}
    shorts = {short for short, _, _ in known if short}
    for name in re.findall(r"Fl -([a-z-]+)", page.text):
        if name not in longs:
            yield f"--{name} is no option"
    for letters in re.findall(r"Fl (\w+)", page.text):
        yield from (f"-{letter} is no option" for letter in letters if letter not in shorts)
    synopsis = page.sections["SYNOPSIS"]
    for short, name, _ in known:
        if not re.search(rf"Fl -{name}\b", synopsis) and not (
                short and re.search(rf"Fl (\w* \| )?\w*{short}", synopsis)):
            yield f"--{name} is not in the SYNOPSIS"


def commands(page, program):
    known = re.findall(r"^  (\w+) .*", read_help(program).split("\nIMAGE")[0], re.MULTILINE)
    named = [item.split()[1] for item in page.items("COMMANDS")]
    yield from tap.differences("command", "COMMANDS", named, "--help", known)


def exit_status(page, root):
    header = sources.read(root, "src/cli/cli.h")
    known = re.findall(r"^\tCLI_(?:YES|NO|TROUBLE|UNKNOWN) = (\d)", header, re.MULTILINE)
    yield from tap.differences("status", "EXIT STATUS", page.items("EXIT STATUS"), "cli.h", known)
    table = re.findall(r"^\| (\d) \|", sources.read(root, "README.md"), re.MULTILINE)
    yield from tap.differences("status", "README.md", table, "cli.h", known)
    if "2, then 3, then 1" not in " ".join(page.sections["EXIT STATUS"].split()):
        yield "EXIT STATUS does not say which status is the worst"


def findings(page, root):
    known = re.findall(r'= \{"([a-z-]+)", GB_SEVERITY_([A-Z]+)\}',
                       sources.read(root, "src/base/gb-findings.c"))
    named = [tuple(re.fullmatch(r"Ic ([a-z-]+) Pq (\w+)", item).groups())
             for item in page.items("FINDINGS")]
    yield from tap.differences("finding", "FINDINGS", named, "gb-findings.c",
                               [(name, severity.lower()) for name, severity in known])


def product(words):
    value = 1
    for word in words:
        value *= UNITS.get(word) or int(word)
    return value


def limits(page, root):
    known = [(name, product(re.findall(r"\w+", value))) for name, value in re.findall(
        r"^\tLIMIT\((\w+), ([\w *]+),", sources.read(root, "src/base/gb-limits.c"),
        re.MULTILINE)]
    named = []
    for item in page.items("LIMITS")[1:]:
        name, value = re.match(r"Cm (\w+) Ta ([\w ]+?) Ta ", item).groups()
        named.append((name, product(value.split())))
    yield from tap.differences("limit", "LIMITS", named, "gb-limits.c", known)


def error_codes(page, root):
    known = set(re.findall(r'\[GPUBADGE_\w+\] = "(\w+)"',
                           sources.read(root, "src/base/gb-error.c"))) - {"OK"}
    named = [item.split()[1] for item in page.items("ERROR CODES")]
    yield from tap.differences("code", "ERROR CODES", named, "gb-error.c", known)
    header = re.findall(r"^\tGPUBADGE_E_(\w+),", sources.read(root, "include/gpubadge/gpubadge.h"),
                        re.MULTILINE)
    yield from tap.differences("code", "gpubadge.h", header, "gb-error.c", known)
    schema = json.loads(sources.read(root, "src/report/gpubadge-1.schema.json"))
    failure = schema["$defs"]["failure"]["properties"]["error"]["properties"]["code"]["enum"]
    yield from tap.differences("code", "the schema", failure, "gb-error.c", known)


# The parts of OUTPUT, and what they describe of the schema.
DOCUMENTS = {"JSON": ("report", "failure"), "JSON of match": ("match",),
             "JSON of explain": ("explanation",)}


def members(page, root):
    schema = json.loads(sources.read(root, "src/report/gpubadge-1.schema.json"))
    for part, kinds in DOCUMENTS.items():
        known = set()
        for kind in kinds:
            known |= set(schema["$defs"][kind]["properties"])
        named = set()
        for item in page.items("OUTPUT", part):
            if item.startswith("Cm "):
                named |= set(re.findall(r"\w+", item[3:]))
        yield from tap.differences("member", part, named, "the schema", known)


def nested_members(page, root):
    """Every member of match and explain, however deep, is at least mentioned."""
    schema = json.loads(sources.read(root, "src/report/gpubadge-1.schema.json"))
    text = page.sections["OUTPUT"]
    for kind in ("match", "explanation"):
        for name in property_names(schema["$defs"][kind]):
            if not re.search(rf"^\.(?:It |Pq |Po )?Cm [\w , ]*\b{name}\b", text, re.MULTILINE):
                yield f"{name} of {kind} is not in OUTPUT"


def property_names(schema):
    if isinstance(schema, list):
        for one in schema:
            yield from property_names(one)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield from schema["properties"]
        for one in schema.values():
            yield from property_names(one)


def runtimes(page, root):
    """Who checks the requirement, and how."""
    words = {"ENFORCED": "yes", "PARTLY": "partly", "NOT_ENFORCED": "no"}
    known = [(name, words[how]) for name, how in re.findall(
        r'^\t\{"([^"]+)", GB_(\w+),', sources.read(root, "src/env/runtimes.c"), re.MULTILINE)]
    named = [tuple(item.split(" Ta ")[:2]) for item in
             page.items("REQUIREMENTS", "Who checks it")[1:]]
    yield from tap.differences("runtime", "REQUIREMENTS", named, "runtimes.c", known)


def verdicts(page, root):
    source = sources.read(root, "src/fleet/judge.c")
    for kind in ("truth", "tier"):
        names = re.search(rf"gb_{kind}_name\(.*?\n}}", source, re.DOTALL)[0]
        known = set(re.findall(r'= "([\w-]+)"', names)) | ({"\\-"} if kind == "tier" else set())
        named = {item.split()[1] for item in page.items("VERDICTS") if item.startswith("Ic ")}
        yield from (f"{name} is not in VERDICTS" for name in known - named)


def catalogs(page, root):
    data = json.loads(sources.read(root, "src/fleet/catalog.json"))
    year, month = data["date"].split("-")
    text = " ".join(page.sections["SERVERS"].split())
    for word in {row["provider"] for row in data["types"]}:
        if f".Ql {word}" not in page.sections["SERVERS"]:
            yield f"the catalog {word} is not in SERVERS"
    if f"as of {MONTHS[int(month) - 1]} {year}" not in text:
        yield f"the catalogs are of {data['date']}; SERVERS says something else"


def environment(page, root):
    known = set()
    for path in sources.walk(root, (".c",), ["src/cli"]):
        known |= set(re.findall(r'(?:getenv|is_set)\("(\w+)"\)', sources.read(root, path)))
    named = set()
    for item in page.items("ENVIRONMENT"):
        named |= set(re.findall(r"[A-Z_]{3,}", item))
    yield from tap.differences("variable", "ENVIRONMENT", named, "src/cli", known)


def inventory(page, root, program):
    """The inventory that SERVERS shows is one."""
    text = re.search(r"^\.Bd -literal.*\n((?:(?!\.Ed).*\n)*)", page.sections["SERVERS"],
                     re.MULTILINE)[1]
    image = os.path.join(root, "fixtures", "readme", "web.tar")
    done = subprocess.run([program, "match", "--names", "--servers", "-", image], input=text,
                          capture_output=True, text=True, check=False)
    known = re.findall(r'"name": "([^"]+)"', text)
    if done.returncode != 0 or done.stdout.split() != known:
        yield done.stdout + done.stderr


def tables_date(page, root):
    data = json.loads(sources.read(root, "src/require/cuda-drivers.json"))
    year, month = data["date"].split("-")
    words = f"{MONTHS[int(month) - 1]} {year}"
    if f"tables are of {words}" not in " ".join(page.text.split()):
        yield f"the tables are of {words}; the page says something else"


def mandoc_lint(path):
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stdout:
        yield done.stdout + done.stderr


def width(path):
    """80 columns, so that nothing wraps in a terminal of the usual size."""
    done = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=78", path],
                          capture_output=True, text=True, check=True)
    for line in re.sub(r".\x08", "", done.stdout).splitlines():
        if len(line) > 80:
            yield f"{len(line)} columns: {line}"


def main(root, program):
    path = os.path.join(root, "man", "gpubadge.1")
    page = Page(sources.read(root, "man/gpubadge.1"))
    test = tap.Tap()
    test.check("OPTIONS are those of --help", options(page, program))
    test.check("no option is mentioned that is none", mentioned_options(page, program))
    test.check("COMMANDS are those of --help", commands(page, program))
    test.check("EXIT STATUS is that of the program", exit_status(page, root))
    test.check("FINDINGS are those of the table", findings(page, root))
    test.check("LIMITS are those of the table", limits(page, root))
    test.check("ERROR CODES are those of header, table and schema", error_codes(page, root))
    test.check("OUTPUT names the members of the schema", members(page, root))
    test.check("OUTPUT mentions what is inside of them", nested_members(page, root))
    test.check("REQUIREMENTS has the runtimes of the table", runtimes(page, root))
    test.check("VERDICTS has the verdicts and tiers of the program", verdicts(page, root))
    test.check("SERVERS has the catalogs, and their date", catalogs(page, root))
    test.check("SERVERS shows an inventory that is read", inventory(page, root, program))
    test.check("ENVIRONMENT is what the program reads", environment(page, root))
    test.check("the date of the tables", tables_date(page, root))
    if shutil.which("mandoc"):
        test.check("mandoc has nothing to say", mandoc_lint(path))
        test.check("80 columns are enough", width(path))
    else:
        test.skip("mandoc has nothing to say", "mandoc is not installed")
        test.skip("80 columns are enough", "mandoc is not installed")
    test.finish()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
