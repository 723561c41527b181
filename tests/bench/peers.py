#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times gpubadge against the peers that are installed and the limits of the machine.

usage: peers.py GPUBADGE [--mib N] [--rounds N] [--only WORD]

Commands of one case run in turn, round by round, so that a noisy machine treats them alike;
the table has medians and their ratio to gpubadge's, and below them the goals. Images are made
from a seed in a directory below the current one, which is removed. The numbers also go to
peers.json beside it.
"""
import argparse
import hashlib
import io
import json
import multiprocessing
import os
import random
import shlex
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

LAYERS = 12
ENV = ["CUDA_VERSION=12.4.1", "NVIDIA_REQUIRE_CUDA=cuda>=12.4"]


def add(archive, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


POOL_BYTES = 8 * 1024 * 1024


def text_pool(source):
    """Phrases of words, some far more frequent than others, as in text and symbol tables."""
    words = ["".join(source.choices("etaoinshrdlucmfwypvbgkjqxz_./-0123456789",
                                    k=source.randint(2, 12))) for _ in range(20000)]
    phrases = [" ".join(source.choices(words, k=source.randint(2, 8))) + "\n"
               for _ in range(50000)]
    weights = [1 / rank for rank in range(1, len(phrases) + 1)]
    return "".join(source.choices(phrases, weights, k=POOL_BYTES // 40)).encode()


def layers(size):
    """LAYERS times SIZE bytes that compress about to a half, as layers do: pieces of text with
    pieces of noise between them, none as far back as a match of deflate reaches."""
    source = random.Random(1)
    text = text_pool(source)
    for _ in range(LAYERS):
        data = bytearray()
        while len(data) < size:
            piece = source.randint(4096, 65536)
            start = source.randrange(len(text) - 3 * piece)
            data += text[start:start + 3 * piece]
            data += source.randbytes(piece)
        yield bytes(data[:size])


def config():
    return json.dumps({"architecture": "amd64", "os": "linux", "config": {"Env": ENV},
                       "rootfs": {"type": "layers", "diff_ids": []}}).encode()


def docker_archive(path, mib, extra_members=0):
    with tarfile.open(path, "w") as archive:
        names = []
        for number, data in enumerate(layers(mib * 1024 * 1024 // LAYERS)):
            names.append(f"{number}/layer.tar")
            add(archive, names[-1], data)
        for number in range(extra_members):
            add(archive, f"extra/{number}", b"x")
        digest = hashlib.sha256(config()).hexdigest()
        add(archive, f"{digest}.json", config())
        add(archive, "manifest.json", json.dumps(
            [{"Config": f"{digest}.json", "RepoTags": ["bench:1"], "Layers": []}]).encode())


def oci_archive(path, mib):
    with tarfile.open(path, "w") as archive:
        def blob(data, media_type):
            digest = hashlib.sha256(data).hexdigest()
            add(archive, f"blobs/sha256/{digest}", data)
            return {"mediaType": f"application/vnd.oci.image.{media_type}",
                    "digest": f"sha256:{digest}", "size": len(data)}
        blobs = [blob(data, "layer.v1.tar") for data in layers(mib * 1024 * 1024 // LAYERS)]
        manifest = {"schemaVersion": 2, "config": blob(config(), "config.v1+json"),
                    "layers": blobs}
        entry = blob(json.dumps(manifest).encode(), "manifest.v1+json")
        add(archive, "index.json",
            json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode())
        add(archive, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')


def many_layers(path, count):
    """COUNT layers too large to be read along with the headers."""
    with tarfile.open(path, "w") as archive:
        data = bytes(256 * 1024)
        for number in range(count):
            add(archive, f"{number}/layer.tar", data)
        digest = hashlib.sha256(config()).hexdigest()
        add(archive, f"{digest}.json", config())
        add(archive, "manifest.json", json.dumps(
            [{"Config": f"{digest}.json", "RepoTags": ["bench:1"], "Layers": []}]).encode())


def arguments(command):
    """COMMAND without a shell where it needs none: a shell takes as long as the plain case."""
    if not set(command) & set("|<>"):
        return shlex.split(command)
    return ["/bin/sh", "-c", command if "|" in command else "exec " + command]


def run(command):
    """Seconds of one run of a command, or None if it fails."""
    start = time.perf_counter()
    result = subprocess.run(arguments(command), stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, check=False)
    return None if result.returncode else time.perf_counter() - start


def peak(command):
    """Peak memory in MiB, or None without GNU time: a process starts with the peak of the one
    that it was forked from, which must be small."""
    if not os.path.exists("/usr/bin/time"):
        return None
    result = subprocess.run(["/usr/bin/time", "-f", "%M", *arguments(command)], text=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return int(result.stderr.split()[-1]) / 1024 if result.returncode == 0 else None


def measure(commands, rounds):
    """Medians of COMMANDS (name to shell command); None for one that fails."""
    times = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            seconds = run(command)
            if number > 0:  # the first round warms the page cache
                times[name].append(seconds)
    return {name: None if None in values else statistics.median(values)
            for name, values in times.items()}


def system_calls(command):
    """How many system calls COMMAND makes, or None without strace."""
    if not shutil.which("strace"):
        return None
    with tempfile.NamedTemporaryFile("r") as trace:
        subprocess.run(["strace", "-o", trace.name, *arguments(command)],
                       stdout=subprocess.DEVNULL, check=True)
        return sum(1 for _ in trace)


SKOPEO = "skopeo --insecure-policy inspect --config"


class Images:
    """The images of a run, each made when it is first asked for."""

    def __init__(self, directory, mib):
        self.directory = directory
        self.mib = mib

    def path(self, name):
        path = os.path.join(self.directory, name)
        if not os.path.exists(path):
            # In a process of its own: a large one takes long to start others.
            maker = multiprocessing.Process(target=self.make, args=(name, path))
            maker.start()
            maker.join()
        return path

    def make(self, name, path):
        if name == "docker.tar":
            docker_archive(path, self.mib)
        elif name == "oci.tar":
            oci_archive(path, self.mib)
        elif name == "members.tar":
            docker_archive(path, 0, extra_members=100000)
        elif name == "docker.tar.gz":
            run(f"gzip -c {self.path('docker.tar')} | cat > {path}")
        elif name == "docker.tar.zst":
            run(f"zstd -q -3 -f {self.path('docker.tar')} -o {path}")
        else:
            many_layers(path, int(name.split("-")[1]))


class Case:
    """OWN and the commands of peers, and goals: ("peer", "at most" | "at least", factor), where
    "at most" is gpubadge's time by the peer's, "at least" the peer's by gpubadge's; "seconds" and
    "MiB" are figures of gpubadge alone."""

    def __init__(self, name, own, peers, goals):
        self.name = name
        self.commands = {"gpubadge": own}
        for peer, command in peers.items():
            if shutil.which(command.split("|")[-1].split()[0]):
                self.commands[peer] = command
        self.goals = goals

    def judged(self, medians, mib):
        """(goal in words, figure, reached) of each goal whose peer is there."""
        for peer, relation, factor in self.goals:
            figure = {"seconds": medians["gpubadge"], "MiB": mib}.get(peer)
            if medians.get(peer):
                figure = medians["gpubadge"] / medians[peer]
                figure = 1 / figure if relation == "at least" else figure
            if figure is None:
                continue
            unit = peer if peer in ("seconds", "MiB") else f"x {peer}"
            reached = figure <= factor if relation == "at most" else figure >= factor
            yield f"{relation} {factor} {unit}", figure, reached


def cases(gpubadge, images):
    plain, oci, members = "docker.tar", "oci.tar", "members.tar"
    small = ("MiB", "at most", 4)
    packed = ("MiB", "at most", 8)
    for name, transport, file, factor in (("docker-archive", "docker-archive", plain, 15),
                                          ("oci-archive", "oci-archive", oci, 500)):
        yield lambda name=name, transport=transport, file=file, factor=factor: Case(
            f"{name}, plain file", f"{gpubadge} -q {images.path(file)}",
            {"true": "true", "skopeo": f"{SKOPEO} {transport}:{images.path(file)}"},
            [("true", "at most", 2.0), ("skopeo", "at least", factor), small])
    yield lambda: Case(
        "docker-archive, standard input", f"{gpubadge} -q - < {images.path(plain)}",
        {"true": f"true < {images.path(plain)}"}, [("true", "at most", 2.0), small])
    yield lambda: Case(
        "docker-archive, gzip", f"{gpubadge} -q {images.path('docker.tar.gz')}",
        {"igzip": f"igzip -dc {images.path('docker.tar.gz')}",
         "gzip": f"gzip -dc {images.path('docker.tar.gz')}",
         "skopeo": f"{SKOPEO} docker-archive:{images.path('docker.tar.gz')}"},
        [("igzip", "at most", 0.9), ("skopeo", "at least", 4), packed])
    yield lambda: Case(
        "docker-archive, zstd", f"{gpubadge} -q {images.path('docker.tar.zst')}",
        {"zstd": f"zstd -qdc {images.path('docker.tar.zst')}",
         "skopeo": f"{SKOPEO} docker-archive:{images.path('docker.tar.zst')}"},
        [("zstd", "at most", 0.8), packed])
    yield lambda: Case(
        "100,000 members", f"{gpubadge} -q {images.path(members)}",
        {"skopeo": f"{SKOPEO} docker-archive:{images.path(members)}"},
        [("seconds", "at most", 0.2), ("skopeo", "at least", 10)])
    yield lambda: Case(
        "plain archive on a pipe", f"cat {images.path(plain)} | {gpubadge} -q -",
        {"cat": f"cat {images.path(plain)} | cat"}, [("cat", "at most", 0.5)])
    yield lambda: Case(
        "tee", f"cat {images.path(plain)} | {gpubadge} tee | cat",
        {"cat": f"cat {images.path(plain)} | cat | cat"}, [("cat", "at most", 0.7)])
    for count in (10, 100, 1000):
        yield lambda count=count: Case(
            f"{count} layers", f"{gpubadge} -q {images.path(f'layers-{count}')}", {"true": "true"},
            [small])


def print_goal(goal, figure, reached):
    print(f"    goal: {goal:22} {figure:9.2f}  {'reached' if reached else 'MISSED'}")
    sys.stdout.flush()


def report(case, rounds):
    """Runs and prints CASE; what is written about it."""
    medians = measure(case.commands, rounds)
    mib = peak(case.commands["gpubadge"])
    for command, seconds in medians.items():
        ratio = seconds / medians["gpubadge"] if seconds and medians["gpubadge"] else None
        print(f"  {command:10} " + (f"{seconds * 1000:9.1f} ms {ratio or 0:8.2f} x gpubadge"
                                   if seconds else "   failed"))
    goals = list(case.judged(medians, mib)) if medians["gpubadge"] else []
    for goal in goals:
        print_goal(*goal)
    return {"case": case.name, "seconds": medians, "MiB": mib, "goals": goals}


def print_calls(gpubadge, images):
    """Each further layer: goal, under 10 system calls."""
    counts = [system_calls(f"{gpubadge} -q {images.path(f'layers-{count}')}")
              for count in (10, 100)]
    if None in counts:
        return None
    each = (counts[1] - counts[0]) / 90
    print(f"system calls of a skipped layer: {each:.1f}")
    print_goal("under 10", each, each < 10)
    return each


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gpubadge")
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name has this word")
    options = parser.parse_args()
    gpubadge = os.path.abspath(options.gpubadge)
    directory = tempfile.mkdtemp(prefix="bench-", dir=os.getcwd())
    images = Images(directory, options.mib)
    results = []
    try:
        for make in cases(gpubadge, images):
            case = make()
            if options.only not in case.name:
                continue
            print(f"{case.name} ({options.mib} MiB)")
            results.append(report(case, options.rounds))
        calls = print_calls(gpubadge, images) if options.only in "system calls" else None
    finally:
        shutil.rmtree(directory)
    with open("peers.json", "w", encoding="utf-8") as stream:
        json.dump({"mib": options.mib, "results": results, "calls_per_layer": calls}, stream,
                  indent=2)
    return 0 if all(result["seconds"]["gpubadge"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
