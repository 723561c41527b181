# SPDX-License-Identifier: Apache-2.0
"""Test Anything Protocol, version 12: what meson reads with protocol: 'tap'."""


class Tap:
    def __init__(self):
        self.count = 0
        self.failures = 0

    def point(self, good, name, diagnosis=""):
        """One test point; DIAGNOSIS is shown if it failed."""
        self.count += 1
        self.failures += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {_plain(name)}", flush=True)
        if not good:
            for line in diagnosis.splitlines():
                print(f"# {_plain(line)}")

    def equal(self, got, expected, name):
        self.point(got == expected, name, f"expected {expected!r}\ngot      {got!r}")

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {_plain(name)} # SKIP {_plain(reason)}", flush=True)

    def done(self):
        """Ends the run; returns the exit status."""
        print(f"1..{self.count}")
        return 1 if self.failures else 0


def _plain(text):
    """A "#" would start a directive, and meson wants text."""
    return text.replace("#", "").encode("ascii", "backslashreplace").decode()
