#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is built in, against the files in the tree: schema, tables, and the catalogs of match."""

import json
import pathlib
import sys

import jsonschema

import recipe
from program import Program, argument_parser
from schema import Validator
from tap_points import Tap


def text_or(value, absent="unknown"):
    return value if value is not None else absent


class Verbs:
    def __init__(self, program, source):
        self.program = program
        self.source = source
        self.tap = Tap()

    def run(self):
        self.schema()
        self.tables_as_json()
        self.tables_as_text()
        self.catalogs()
        return self.tap.done()

    def output(self, *arguments, **options):
        result = self.program.run(*arguments, **options)
        self.tap.equal((result.status, result.stderr), (0, b""), f"{arguments}: status")
        return result.stdout

    def schema(self):
        text = self.output("schema")
        file = self.source / "report" / "gpubadge-1.schema.json"
        self.tap.equal(text, file.read_bytes(), "schema prints the schema in the tree")
        schema = json.loads(text)
        self.tap.equal(schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
                       "schema says which drafts it follows")
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
            problem = ""
        except jsonschema.SchemaError as error:
            problem = str(error)
        self.tap.point(not problem, "schema is one", problem)

    def rows(self):
        table = json.loads((self.source / "require" / "cuda-drivers.json").read_bytes())
        sources = table.get("sources", {})
        for row in table["releases"]:
            row["source"] = sources.get(row["source"], row["source"])
        return table

    def tables_as_json(self):
        output = self.output("tables", "--json")
        self.tap.equal(output.count(b"\n"), 1, "tables --json is one line")
        tables, rows = json.loads(output), self.rows()
        self.tap.equal(tables["schema"], "gpubadge-tables/1", "tables have a schema's name")
        self.tap.equal(tables["date"], rows["date"], "tables have the date of the file")
        self.compare("releases", tables["releases"], rows["releases"],
                     ("version", "name", "driver"))
        self.compare("branches", tables["branches"], rows["branches"], ("branch", "cuda"))
        self.tap.point(all(row["driver"] and row["major"] for row in tables["compatibility"]),
                       "compatibility has majors and drivers")

    def compare(self, name, found, expected, members):
        picked = [[[row[member] for member in members] for row in rows]
                  for rows in (found, expected)]
        self.tap.equal(picked[0], picked[1], f"{name} are those of the file")
        sources = [row.get("source") or row.get("basis") for row in found]
        self.tap.point(all(sources), f"{name} have sources")

    def tables_as_text(self):
        lines = self.output("tables").decode().splitlines()
        rows = self.rows()
        for row in rows["releases"]:
            wanted = [row["version"], text_or(row["driver"])]
            self.tap.point(any(line.split()[:2] == wanted for line in lines),
                           f"release {row['version']} is in the text")
        for row in rows["branches"]:
            wanted = [row["branch"], text_or(row["cuda"])]
            self.tap.point(any(line.split()[:2] == wanted for line in lines),
                           f"branch {row['branch']} is in the text")

    def catalogs(self):
        """Every type of every cloud, in the order of the file; those with a fact too few are not
        known to qualify, those without an NVIDIA GPU do not."""
        types = json.loads((self.source / "fleet" / "catalog.json").read_bytes())["types"]
        archive = recipe.tar(recipe.docker_archive(recipe.image(recipe.config(
            "CUDA_VERSION=12.4.1", architecture=...))))
        validator = Validator(self.program)
        for cloud in sorted({row["provider"] for row in types}):
            rows = [row for row in types if row["provider"] == cloud]
            output = self.output("match", "--json", "--catalog", cloud, "--driver", "550.54.15",
                                 "-", stdin=archive)
            problem = validator.problem(output)
            self.tap.point(not problem, f"catalog {cloud}: schema", problem)
            servers = json.loads(output)["servers"]
            self.tap.equal([server["name"] for server in servers], [row["type"] for row in rows],
                           f"catalog {cloud} is that of the file")
            nvidia = {row["type"] for row in rows if row["count"] > 0}
            for server in servers:
                expected = "yes" if server["name"] in nvidia else "no"
                self.tap.equal(server["verdict"], expected, f"catalog {cloud}: {server['name']}")


def main():
    parser = argument_parser("compare what is built in with the files it comes from")
    parser.add_argument("source", type=pathlib.Path, help="the tree's directory src")
    options = parser.parse_args()
    return Verbs(Program(options.program), options.source).run()


if __name__ == "__main__":
    sys.exit(main())
