# SPDX-License-Identifier: Apache-2.0
"""Every JSON that a test sees goes through here: JSON Schema 2020-12 as `gpubadge schema` prints
it, closed against members that the schema does not know, and jq."""

import json
import shutil
import subprocess

import jsonschema


def closed(schema):
    """SCHEMA with additionalProperties: false at every object with properties."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        result["additionalProperties"] = False
    return result


class Validator:
    def __init__(self, program):
        text = program.run("schema").stdout
        schema = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(closed(schema))
        self.jq = shutil.which("jq")
        self.known = {}  # the same output by path and by pipe is judged once

    def problem(self, output):
        """What is wrong with OUTPUT, one object a line; "" if nothing."""
        if output not in self.known:
            self.known[output] = self._problem(output)
        return self.known[output]

    @staticmethod
    def _lines(output):
        return [json.loads(line) for line in output.decode("utf-8").splitlines()]

    def _problem(self, output):
        try:
            for report in self._lines(output):
                self.validate(report)
        except (ValueError, jsonschema.ValidationError) as error:
            return f"{error}\n"
        return ""

    def validate(self, report):
        definition = "failure" if "error" in report else \
            {"gpubadge-match/1": "match", "gpubadge-explain/1": "explanation"}.get(
                report.get("schema"), "report")
        # The branch that is meant gives a message that says what is wrong.
        self.validator.evolve(schema=self._branch(definition)).validate(report)

    def _branch(self, definition):
        schema = self.validator.schema
        return {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}

    def finish(self, tap):
        """Gives every output seen to jq at once: its start takes longer than all of them."""
        name = "jq reads every JSON that was seen"
        if not self.jq:
            tap.skip(name, "jq is not installed")
            return
        run = subprocess.run([self.jq, "."], input=b"".join(self.known),
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        tap.point(run.returncode == 0, name, run.stderr.decode())
