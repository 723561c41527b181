# SPDX-License-Identifier: Apache-2.0
"""How much memory a run of gpubadge takes at its peak."""

import os
import subprocess
import sys

from program import TIME_LIMIT, clean_environment

# What no input may take above a small image.
KIB_ABOVE_SMALL = 32 * 1024

# A process starts with the peak of the one it was forked from, so a small one runs the program
# and reports its peak.
LAUNCHER = """
import os, sys
child = os.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
os.write(2, b"\\n%d" % usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measure(program, work, *arguments, stdin=None):
    """Status, output and peak memory in KiB of one run; no status where it takes too long."""
    command = [sys.executable, "-I", "-S", "-c", LAUNCHER, program.path, *arguments]
    process = subprocess.Popen(command, cwd=work, env=clean_environment(), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True)
    try:
        stdout, stderr = process.communicate(stdin, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)  # the launcher and its child, in a session of their own
        process.communicate()
        return None, b"", 0
    return process.returncode, stdout, int(stderr.rsplit(b"\n", 1)[1])
