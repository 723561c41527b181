#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times gpubadge against the peers that are installed and the limits of the machine.

usage: peers.py GPUBADGE [--mib N] [--rounds N]

Commands of one case run in turn, round by round, so that a noisy machine treats them alike;
the table has medians and their ratio to gpubadge's. Images are made from a seed in a directory
below the current one, which is removed. The numbers also go to peers.json beside it.
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

LAYERS = 12
ENV = ["CUDA_VERSION=12.4.1", "NVIDIA_REQUIRE_CUDA=cuda>=12.4"]


def add(archive, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def layer(seed, size):
    """SIZE bytes that compress about to a half, as layers do."""
    source = random.Random(seed)
    half = source.randbytes(size // 2)
    return half + (b"libcudart.so.12 GLIBC_2.34 " * (size // 27 + 1))[:size - len(half)]


def config():
    return json.dumps({"architecture": "amd64", "os": "linux", "config": {"Env": ENV},
                       "rootfs": {"type": "layers", "diff_ids": []}}).encode()


def docker_archive(path, mib, extra_members=0):
    with tarfile.open(path, "w") as archive:
        names = []
        for number in range(LAYERS):
            names.append(f"{number}/layer.tar")
            add(archive, names[-1], layer(number, mib * 1024 * 1024 // LAYERS))
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
        layers = [blob(layer(number, mib * 1024 * 1024 // LAYERS), "layer.v1.tar")
                  for number in range(LAYERS)]
        manifest = {"schemaVersion": 2, "config": blob(config(), "config.v1+json"),
                    "layers": layers}
        entry = blob(json.dumps(manifest).encode(), "manifest.v1+json")
        add(archive, "index.json",
            json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode())
        add(archive, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')


def run(command):
    """Seconds of one run of a shell command, which must succeed."""
    start = time.perf_counter()
    result = subprocess.run(["/bin/sh", "-c", "exec " + command if "|" not in command else command],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if result.returncode != 0:
        return None
    return time.perf_counter() - start


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


def cases(gpubadge, directory, mib):
    """Name, commands, and the goal as (peer, least or most, factor of the peer's time)."""
    path = {name: os.path.join(directory, name) for name in
            ("docker.tar", "oci.tar", "docker.tar.gz", "docker.tar.zst", "members.tar")}
    docker_archive(path["docker.tar"], mib)
    oci_archive(path["oci.tar"], mib)
    docker_archive(path["members.tar"], 0, extra_members=100000)
    run(f"gzip -1 -c {path['docker.tar']} | cat > {path['docker.tar.gz']}")
    run(f"zstd -q -3 -f {path['docker.tar']} -o {path['docker.tar.zst']}")
    skopeo = "skopeo --insecure-policy inspect --config"
    have = {tool: shutil.which(tool) for tool in ("skopeo", "zstd", "igzip")}

    def commands(own, **peers):
        found = {"gpubadge": own}
        found.update({name: command for name, command in peers.items()
                      if name not in have or have[name]})
        return found

    yield ("docker-archive, plain file",
           commands(f"{gpubadge} -q {path['docker.tar']}", true="true",
                    skopeo=f"{skopeo} docker-archive:{path['docker.tar']}"))
    yield ("oci-archive, plain file",
           commands(f"{gpubadge} -q {path['oci.tar']}", true="true",
                    skopeo=f"{skopeo} oci-archive:{path['oci.tar']}"))
    yield ("docker-archive, gzip",
           commands(f"{gpubadge} -q {path['docker.tar.gz']}",
                    gzip=f"gzip -dc {path['docker.tar.gz']}",
                    igzip=f"igzip -dc {path['docker.tar.gz']}"))
    yield ("docker-archive, zstd",
           commands(f"{gpubadge} -q {path['docker.tar.zst']}",
                    zstd=f"zstd -qdc {path['docker.tar.zst']}",
                    skopeo=f"{skopeo} docker-archive:{path['docker.tar.zst']}"))
    yield ("100,000 members",
           commands(f"{gpubadge} -q {path['members.tar']}",
                    skopeo=f"{skopeo} docker-archive:{path['members.tar']}"))
    yield ("plain archive on a pipe",
           commands(f"cat {path['docker.tar']} | {gpubadge} -q -",
                    cat=f"cat {path['docker.tar']} | cat"))
    yield ("tee",
           commands(f"cat {path['docker.tar']} | {gpubadge} tee | cat",
                    cat=f"cat {path['docker.tar']} | cat | cat",
                    nothing=f"cat {path['docker.tar']} | cat"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gpubadge")
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="bench-", dir=os.getcwd())
    results = []
    try:
        for name, commands in cases(os.path.abspath(options.gpubadge), directory, options.mib):
            medians = measure(commands, options.rounds)
            own = medians["gpubadge"]
            results.append({"case": name, "seconds": medians})
            print(f"{name} ({options.mib} MiB)")
            for command, seconds in medians.items():
                if seconds is None:
                    print(f"  {command:10} failed")
                else:
                    print(f"  {command:10} {seconds * 1000:9.1f} ms  {seconds / own:8.2f} x gpubadge")
            sys.stdout.flush()
    finally:
        shutil.rmtree(directory)
    with open("peers.json", "w", encoding="utf-8") as stream:
        json.dump({"mib": options.mib, "results": results}, stream, indent=2)
    return 0 if all(result["seconds"]["gpubadge"] is not None for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
