#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every example of README.md and of gpubadge(1).

usage: examples.py --source DIR --program GPUBADGE --libraries DIR [--compiler WORDS]
       examples.py --update ...     writes what the examples print into the documents

A block of ```console, and a literal block of the man page's EXAMPLES, is a session: lines that
start with "$ " are commands, the lines below them are exactly what they print. Any other block
has a row in the table below that says what has to come of it. Programs of the world outside
(docker, skopeo, kubectl, apt-get) are small stand-ins; gpubadge is the one that was built.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import tap

TIMEOUT = 60

# The names that examples give to images and inventories, and the fixtures behind them.
IMAGES = {"app.tar": "vllm-like.tar", "web.tar": "web.tar", "trainer.tar": "trainer.tar",
          "both.tar": "both.tar", "nodes.json": "nodes.json"}

STAND_INS = {
    "docker": """
        [ "$1" = save ] && [ $# -eq 2 ] || { echo "docker: stand-in for save only" >&2; exit 1; }
        case $2 in trainer|web) exec cat "$IMAGES/$2.tar";; *) exec cat "$IMAGES/app.tar";; esac
        """,
    "skopeo": """
        [ "$1 $3" = "copy docker-archive:/dev/stdout" ] || { echo "skopeo: stand-in" >&2; exit 1; }
        case $2 in docker://web) exec cat "$IMAGES/web.tar";;
        docker://*) exec cat "$IMAGES/app.tar";; *) exit 1;; esac
        """,
    "kubectl": r"""
        [ "$*" = "get nodes -o json" ] && exec cat "$IMAGES/nodes.json"
        printf '%s\n' "$@" """,
    "ssh": r"""
        case $2 in
        nvidia-smi) printf 'name, driver_version, compute_cap\nTesla T4, 535.183.06, 7.5\n';;
        nvidia-container-cli) printf '%s\n' 'NVRM version,CUDA version' 550.54.15,12.4 '' \
            'Device Index,Device Minor,Model,Brand,GPU UUID,Bus Location,Architecture' \
            '0,0,NVIDIA L4,Nvidia,GPU-0,00000000:01:00.0,8.9';;
        *) echo "ssh: stand-in" >&2; exit 1;;
        esac""",
    "upload": """cat > upload.out""",
    "apt-get": r"""
        printf '%s\n' "$DEBIAN_FRONTEND $*" >> "$LOG" """,
}

PACKAGES = ("meson ninja-build gcc pkg-config libarchive-dev libjansson-dev zlib1g-dev "
            "libzstd-dev liblzma-dev libbz2-dev libisal-dev nettle-dev").split()
TEST_PACKAGES = PACKAGES + (
    "libcriterion-dev mandoc python3-jsonschema jq skopeo umoci buildah clang "
    "libclang-rt-14-dev clang-format g++ "
    "xz-utils bzip2 zstd valgrind strace").split()


class Block:
    """One example: its document, its first line there (from 1), its language and its lines."""

    def __init__(self, document, first, language, lines):
        self.document = document
        self.first = first
        self.language = language
        self.lines = lines

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"

    def name(self):
        return f"{os.path.basename(self.document)}:{self.first}: {self.lines[0][:60]}"


# --- documents ---

ROFF = [("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ("^", "\\(ha"),
        ("~", "\\(ti")]


def to_roff(line):
    line = "".join(dict(ROFF).get(character, character) for character in line)
    return "\\&" + line if line.startswith(".") else line


def from_roff(line):
    line = line[2:] if line.startswith("\\&") else line
    for character, escaped in reversed(ROFF):
        line = line.replace(escaped, character)
    return line


def readme_blocks(path):
    block = None
    with open(path, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    for number, line in enumerate(lines, 1):
        if block is None and line.startswith("```"):
            block = Block(path, number + 1, line[3:].strip(), [])
        elif block is not None and line == "```":
            yield block
            block = None
        elif block is not None:
            block.lines.append(line)


def man_blocks(path):
    block, inside = None, False
    with open(path, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith(".Sh"):
            inside = line == ".Sh EXAMPLES"
        elif inside and line.startswith(".Bd -literal"):
            block = Block(path, number + 1, "console", [])
        elif block is not None and line == ".Ed":
            yield block
            block = None
        elif block is not None:
            block.lines.append(from_roff(line))


def replace_blocks(path, changes):
    """CHANGES: pairs of a block and its new lines."""
    with open(path, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    roff = path.endswith(".1")
    for block, new in sorted(changes, key=lambda change: -change[0].first):
        start = block.first - 1
        lines[start:start + len(block.lines)] = [to_roff(one) if roff else one for one in new]
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")


# --- running ---

class Sandbox:
    """A directory with the images, and a PATH with the program and the stand-ins."""

    def __init__(self, options, directory):
        self.directory = os.path.join(directory, "work")
        self.bin = os.path.join(directory, "bin")
        self.log = os.path.join(directory, "log")
        self.source = options.source
        os.mkdir(self.directory)
        os.mkdir(self.bin)
        for name, fixture in IMAGES.items():
            shutil.copyfile(os.path.join(options.source, "fixtures", "readme", fixture),
                            os.path.join(self.directory, name))
        os.symlink(os.path.abspath(options.program), os.path.join(self.bin, "gpubadge"))
        for name, script in STAND_INS.items():
            self.stand_in(name, script)
        compiler, *arguments = options.compiler.split()
        self.stand_in("cc", f'exec {" ".join([shutil.which(compiler), *arguments])} "$@"')
        self.environment = dict(os.environ)
        self.environment.update({
            "PATH": self.bin + ":" + os.environ["PATH"],
            "IMAGES": self.directory,
            "LOG": self.log,
            "PKG_CONFIG_PATH": os.path.join(options.libraries, "meson-uninstalled"),
            "LD_LIBRARY_PATH": os.path.join(options.libraries, "src"),
            "C_INCLUDE_PATH": os.path.join(os.path.abspath(options.source), "include"),
            "LC_ALL": "C.UTF-8",
        })
        for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "DEBIAN_FRONTEND"):
            self.environment.pop(name, None)

    def stand_in(self, name, script):
        path = os.path.join(self.bin, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("#!/bin/sh\n" + script + "\n")
        os.chmod(path, 0o755)

    def path(self, name):
        return os.path.join(self.directory, name)

    def read(self, name):
        """The content of a file that an example wrote. One behind bash's >(...) may still be at
        it when the shell has gone on."""
        for _ in range(100):
            if os.path.exists(self.path(name)):
                break
            time.sleep(0.1)
        with open(self.path(name), "rb") as stream:
            return stream.read().decode()

    def run(self, command, directory=None, extra=None):
        """Status and output (both streams) of COMMAND."""
        with subprocess.Popen(command, cwd=directory or self.directory,
                              env={**self.environment, **(extra or {})}, start_new_session=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            try:
                output, _ = process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                output, _ = process.communicate()
                output += f"killed after {TIMEOUT} seconds".encode()
        return process.returncode, output.decode(errors="replace")


def session(block):
    """Pairs of a command and the lines it is said to print."""
    steps = []
    for line in block.lines:
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif steps:
            steps[-1][1].append(line)
        else:
            raise ValueError(f"{block.name()}: output before the first command")
    return steps


def run_session(sandbox, block):
    """What each command of BLOCK prints, as lists of lines. The commands share one shell; a
    record separator ends the output of each."""
    script = ["exec 2>&1"]
    for command, _ in session(block):
        script += [command, "__status=$?; printf '\\036\\n'; (exit $__status)"]
    _, output = sandbox.run(["bash", "-c", "\n".join(script)])
    return [part.splitlines() for part in output.split("\036\n")[:-1]]


def check_session(sandbox, block):
    printed = run_session(sandbox, block)
    steps = session(block)
    if len(printed) != len(steps):
        yield f"{len(steps)} commands, {len(printed)} of them ran to their end"
    for (command, expected), actual in zip(steps, printed):
        if expected != actual:
            yield "\n".join([f"$ {command}", "expected:"] + expected + ["printed:"] + actual)


def updated(sandbox, block):
    new = []
    for (command, _), actual in zip(session(block), run_session(sandbox, block)):
        new += ["$ " + command] + actual
    return new


# --- blocks that are no session ---

def expect(what, actual, expected):
    if actual != expected:
        yield f"{what}: expected {expected!r}, found {actual!r}"


def run_script(sandbox, block, status=0, shell=("sh", "-e")):
    actual, output = sandbox.run([*shell, "-c", block.text])
    if actual != status:
        yield f"status {actual}, expected {status}: {output}"


def uploaded(sandbox):
    """The upload got the image byte for byte."""
    with open(sandbox.path("upload.out"), "rb") as got, open(sandbox.path("app.tar"), "rb") as sent:
        if got.read() != sent.read():
            yield "the upload differs from the image"


def installed(sandbox, packages):
    """apt-get was asked for PACKAGES, without a question."""
    with open(sandbox.log, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    os.unlink(sandbox.log)
    wanted = "noninteractive install -y --no-install-recommends " + " ".join(packages)
    yield from expect("apt-get", [line.strip() for line in lines], ["update", wanted])


def quick_start(sandbox, block):
    """Everything but apt-get is real: a copy of the tree is built, and its program run."""
    tree = sandbox.path("tree")
    ignore = shutil.ignore_patterns("__pycache__", "build*", ".git")
    os.mkdir(tree)
    for name in ("include", "src", "man"):
        shutil.copytree(os.path.join(sandbox.source, name), os.path.join(tree, name),
                        ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(os.path.join(sandbox.source, "fixtures", "readme"),
                    os.path.join(tree, "fixtures", "readme"), ignore=ignore)
    for name in ("meson.build", "meson_options.txt"):
        shutil.copy(os.path.join(sandbox.source, name), tree)
    status, output = sandbox.run(["sh", "-c", block.text], tree,
                                 {"CC": "gcc", "ASAN_OPTIONS": "", "LD_LIBRARY_PATH": ""})
    _, report = sandbox.run(["gpubadge", "fixtures/readme/vllm-like.tar"], tree)
    if status != 0 or not output.endswith("\n" + report):
        yield f"status {status}: {output[-2000:]}"
    yield from installed(sandbox, PACKAGES)


def run_all_tests(sandbox, block):
    """This test is one of those it would run, so meson is a stand-in that writes down what it
    was asked."""
    tree = sandbox.path("tests")
    os.mkdir(tree)
    sandbox.stand_in("meson", """printf '%s\\n' "$*" """)
    status, output = sandbox.run(["sh", "-c", block.text], tree)
    os.unlink(os.path.join(sandbox.bin, "meson"))
    yield from expect("status", status, 0)
    yield from expect("meson", output.splitlines(),
                      ["setup build", "configure build -Dtests=true", "test -C build"])
    yield from installed(sandbox, TEST_PACKAGES)


def github(sandbox, block):
    """The steps' scripts, run as GitHub runs them: bash -e, without pipefail."""
    steps = re.findall(r"^( *)run: \|\n((?:\1  .*\n)+)", block.text, re.MULTILINE)
    yield from expect("steps", len(steps), 1)
    files = {"GITHUB_OUTPUT": sandbox.path("output"),
             "GITHUB_STEP_SUMMARY": sandbox.path("summary"), "IMAGE": "llm-server"}
    for _, script in steps:
        status, output = sandbox.run(["bash", "-e", "-c", script], extra=files)
        if status != 0:
            yield f"status {status}: {output}"
    yield from expect("output", sandbox.read("output"), "cuda=12.4\n")
    yield from expect("summary", sandbox.read("summary"),
                      "GPU: true, CUDA: 12.4, driver: 550.54.14\n")


def gitlab(sandbox, block):
    script = re.findall(r"^    - (.*)$", block.text, re.MULTILINE)
    yield from expect("lines of the script", len(script), 3)
    status, output = sandbox.run(["sh", "-e", "-c", "\n".join(script)])
    if status != 0:
        yield f"status {status}: {output}"
    yield from expect("gpu.env", sandbox.read("gpu.env"), "CUDA_MINIMUM=12.4\n")
    yield from expect("badge.json", '"gpu":true' in sandbox.read("badge.json"), True)


def passed_on(sandbox, block):
    yield from run_script(sandbox, block)
    yield from expect("badge.json", '"gpu":true' in sandbox.read("badge.json"), True)
    yield from uploaded(sandbox)


def passed_on_with_answer(sandbox, block):
    status, output = sandbox.run(["bash", "-e", "-c", block.text])
    yield from expect("status", status, 0)
    yield from expect("last line", output.splitlines()[-1:], ["uploaded, needs CUDA 12.4"])
    yield from uploaded(sandbox)


def registry(sandbox, block):
    status, output = sandbox.run(["sh", "-e", "-c", block.text])
    yield from expect("status", status, 0)
    yield from expect("badge", "[NVIDIA GPU]  CUDA 12.4 or newer" in output, True)


def write_servers(sandbox, lines):
    with open(sandbox.path("servers.json"), "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")


def gate(sandbox, block):
    """The gate with images that fit, do not, need no GPU, and are not there."""
    inventory = next(one for one in readme_blocks(block.document) if one.language == "json")
    write_servers(sandbox, inventory.lines)
    for image, status, piece in [
            ("app.tar", 0, "2 yes, 1 no, 0 unknown"),
            ("trainer.tar", 1, "cuda>=12.8 of CUDA_VERSION is not met"),
            ("web.tar", 0, "3 yes"), ("absent.tar", 2, "absent.tar: cannot open")]:
        actual, output = sandbox.run(["sh", "-e", "-c", block.text.replace("app.tar", image)])
        yield from expect(image, actual, status)
        if piece not in output:
            yield f"{image}: expected {piece!r} in {output!r}"


def inventory(sandbox, block):
    """An inventory, of which every server is told."""
    write_servers(sandbox, block.lines)
    status, output = sandbox.run(["gpubadge", "match", "--servers", "servers.json", "--names",
                                  "app.tar"])
    yield from expect("status", status, 0)
    yield from expect("names", output.split(), ["gpu-1", "gpu-2"])


def cluster(sandbox, block):
    status, output = sandbox.run(["sh", "-e", "-c", block.text])
    yield from expect("status", status, 0)
    for node, verdict in (("h100-1", "yes"), ("t4-1", "no"), ("cpu-1", "no")):
        if [node, verdict] not in [line.split()[:2] for line in output.splitlines()]:
            yield f"{node} is not {verdict}: {output}"


def machines(sandbox, block):
    status, output = sandbox.run(["sh", "-e", "-c", block.text])
    yield from expect("status", status, 0)
    yield from expect("servers", [line.split()[:2] for line in output.splitlines()[3:-1]],
                      [["gpu-7", "yes"], ["gpu-8", "yes"]])


def kubernetes(sandbox, block):
    status, output = sandbox.run(["sh", "-e", "-c", block.text])
    yield from expect("status", status, 0)
    yield from expect("kubectl", output.splitlines()[-3:], [
        "example.com/gpu=true", "example.com/cuda-minimum=12.4",
        "example.com/driver-minimum=550.54.14"])


def c_source(sandbox, block):
    """The session below it compiles and runs it."""
    with open(sandbox.path("needs-gpu.c"), "w", encoding="utf-8") as stream:
        stream.write(block.text)
    return []


# A piece that only this block has, and its check. An example that cannot run at all would stand
# here with None and the reason; there is none.
OTHERS = [
    ("meson setup -Dtests=false build", quick_start),
    ("meson test -C build\n", run_all_tests),
    ("GITHUB_STEP_SUMMARY", github),
    ("dotenv: gpu.env", gitlab),
    ("gpubadge tee --report", passed_on),
    ("gpubadge tee -e", passed_on_with_answer),
    ("skopeo copy docker://", registry),
    ("servers.json app.tar\n", gate),
    ('{"servers": [', inventory),
    ("kubectl get nodes", cluster),
    ("ssh gpu-7", machines),
    ("kubectl annotate", kubernetes),
    ("int main(", c_source),
]


def find_check(block):
    rows = [check for piece, check in OTHERS if piece in block.text]
    return rows[0] if len(rows) == 1 else None


def missing_program(block):
    """A program of this machine that BLOCK needs and that is not installed."""
    for name in ("jq", "pkg-config", "meson", "ninja", "gcc"):
        if re.search(rf"(^|[|;&$(] *){name} ", block.text, re.MULTILINE) and not shutil.which(name):
            return name
    return None


def run_block(test, sandbox, block):
    missing = missing_program(block)
    if missing:
        test.skip(block.name(), missing + " is not installed")
    elif block.language == "console":
        test.check(block.name(), check_session(sandbox, block))
    elif find_check(block):
        test.check(block.name(), find_check(block)(sandbox, block))
    else:
        test.check(block.name(), ["not exactly one row of the table OTHERS fits this example"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True, help="root of the source tree")
    parser.add_argument("--program", required=True, help="the gpubadge that was built")
    parser.add_argument("--libraries", required=True, help="root of the build tree")
    parser.add_argument("--compiler", default="cc", help="command that compiles C")
    parser.add_argument("--update", action="store_true", help="rewrite the documents")
    options = parser.parse_args()
    options.libraries = os.path.abspath(options.libraries)
    documents = [(os.path.join(options.source, "README.md"), readme_blocks),
                 (os.path.join(options.source, "man", "gpubadge.1"), man_blocks)]
    test = tap.Tap()
    for path, blocks in documents:
        changes = []
        with tempfile.TemporaryDirectory() as directory:
            sandbox = Sandbox(options, directory)
            for block in blocks(path):
                if not options.update:
                    run_block(test, sandbox, block)
                elif block.language == "console":
                    changes.append((block, updated(sandbox, block)))
                elif block.language == "c":
                    c_source(sandbox, block)
        if options.update:
            replace_blocks(path, changes)
    if options.update:
        return
    left = [piece for piece, _ in OTHERS
            if not any(piece in block.text for block in readme_blocks(documents[0][0]))]
    test.check("every row of the table has its example", left)
    test.finish()


if __name__ == "__main__":
    sys.exit(main())
