# SPDX-License-Identifier: Apache-2.0
"""Test Anything Protocol: one line for each check, the reasons as comments below it."""
import sys


class Tap:
    """Numbers and prints checks; finish() gives the plan and the exit status."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, problems):
        """A check that holds if there are no PROBLEMS (lines of text)."""
        problems = list(problems)
        self.count += 1
        self.failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.count} - {name}")
        for problem in problems:
            for line in problem.splitlines():
                print(f"# {line}")
        sys.stdout.flush()

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}")

    def finish(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def differences(what, left_name, left, right_name, right):
    """What one of two sets has and the other lacks, in words."""
    left, right = set(left), set(right)
    for item in sorted(left - right, key=str):
        yield f"{what} {item}: in {left_name}, not in {right_name}"
    for item in sorted(right - left, key=str):
        yield f"{what} {item}: in {right_name}, not in {left_name}"
