#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times gpubadge match on 1,000 images and 10,000 servers, and takes its peak memory.

usage: fleet.py GPUBADGE VERDICTS [--rounds N]

The images state the requirements of fixtures/require/verdicts.data, every tenth the longest of
them; the servers are eight GPUs each of seven models with the drivers of fifteen branches. In the
second case every server has a driver of its own, so that none shares its facts with another.
Goal: the table within 2 s and 200 MiB.
"""
import argparse
import hashlib
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

IMAGES = 1000
SERVERS = 10000
BRANCHES = (470, 510, 515, 525, 530, 535, 545, 550, 555, 560, 565, 570, 575, 580, 590)
MODELS = (("NVIDIA A100-SXM4-40GB", "8.0"), ("Tesla V100-SXM2-16GB", "7.0"), ("Tesla T4", "7.5"),
          ("NVIDIA H100", "9.0"), ("NVIDIA L4", "8.9"), ("NVIDIA GeForce RTX 3090", "8.6"),
          ("NVIDIA of tomorrow", "12.0"))


def requirements(path):
    with open(path, encoding="utf-8") as stream:
        return [line.rstrip("\n").split("\t", 2)[2] for line in stream
                if line.startswith("verdicts\t")]


def image(path, number, requirement):
    config = json.dumps({"architecture": "amd64", "os": "linux", "author": str(number),
                         "config": {"Env": [f"NVIDIA_REQUIRE_CUDA={requirement}",
                                            "CUDA_VERSION=12.4.1"]}}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": name, "RepoTags": [f"app:{number}"],
                            "Layers": []}]).encode()
    with tarfile.open(path, "w") as archive:
        for member, data in ((name, config), ("manifest.json", manifest)):
            header = tarfile.TarInfo(member)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))


def images(directory, values):
    source = random.Random(1)
    longest = max(values, key=len)
    for number in range(IMAGES):
        image(os.path.join(directory, f"{number:04}.tar"), number,
              longest if number % 10 == 0 else source.choice(values))


def inventory(path, own_drivers):
    source = random.Random(2)
    servers = []
    for number in range(SERVERS):
        product, arch = source.choice(MODELS)
        minor = f"{number}.{number % 100:02}" if own_drivers else source.choice(
            ("20.01", "54.06", "129.03", "183.01"))
        servers.append({"name": f"gpu-{number:05}",
                        "driver": f"{source.choice(BRANCHES)}.{minor}",
                        "gpus": [{"product": product, "arch": arch}] * 8})
    with open(path, "w", encoding="utf-8") as stream:
        json.dump({"servers": servers}, stream)


def run(command, directory):
    """Seconds, bytes written and MiB of memory at most."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE) as child:
        size = sum(len(piece) for piece in iter(lambda: child.stdout.read(1 << 20), b""))
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1, 3):
        sys.exit(f"{command[:4]}: exit status {child.returncode}")
    return time.perf_counter() - start, size, usage.ru_maxrss // 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gpubadge")
    parser.add_argument("verdicts")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    gpubadge = os.path.abspath(options.gpubadge)
    directory = tempfile.mkdtemp(prefix="bench-", dir=os.getcwd())
    try:
        images(directory, requirements(options.verdicts))
        names = sorted(os.listdir(directory))
        for title, own_drivers in (("servers share their facts", False),
                                   ("every server has its own driver", True)):
            inventory(os.path.join(directory, "servers.json"), own_drivers)
            print(f"{IMAGES} images, {SERVERS} servers, {title}")
            for mode in ([], ["-q"]):
                command = [gpubadge, "match", *mode, "--servers", "servers.json", *names]
                runs = [run(command, directory) for _ in range(options.rounds)]
                print(f"  {' '.join(mode) or 'table':6} "
                      f"{statistics.median(seconds for seconds, _, _ in runs):6.2f} s  "
                      f"{max(memory for _, _, memory in runs):4} MiB  "
                      f"{runs[0][1] / 1e6:6.1f} MB written")
                sys.stdout.flush()
    finally:
        shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
