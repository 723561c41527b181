# SPDX-License-Identifier: Apache-2.0
"""Builds the input of a fixture from its recipe.

A recipe is a short Python text in the vocabulary below, for example

    app = config("CUDA_VERSION=12.4.1")
    file("app.tar", tar(docker_archive(image(app, "app:v1"))))

The bytes depend on the recipe alone: no clock, no user, no random names. What one line changes in
an otherwise good image is the claim of the fixture, so every piece can be replaced on the way:
members are a list, an OCI layout's blobs a dictionary, an archive is bytes.
"""

import bz2
import gzip as gzip_module
import hashlib
import json
import lzma
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"

GIB = 1024 ** 3
BLOCK = 512
END_OF_ARCHIVE = bytes(2 * BLOCK)


class ToolMissing(Exception):
    """A program that the recipe needs is not installed."""


# --- documents -----------------------------------------------------------------------------------


def document(value):
    """VALUE as JSON, or bytes and text as they are."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def config(*env, os="linux", architecture="amd64", **members):
    """An image config with the environment ENV; a member of value ... is left out."""
    value = {
        "created": "2024-01-02T03:04:05Z",
        "architecture": architecture,
        "os": os,
        "config": {"Env": list(env)},
        "rootfs": {"type": "layers", "diff_ids": [digest(layer())]},
        **members,
    }
    return document({key: item for key, item in value.items() if item is not ...})


def digest(data, algorithm="sha256"):
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def layer(text="layer"):
    """An uncompressed layer with one small file."""
    return tar([member("file", text.encode())])


# --- members: what stands in an archive or in a directory ----------------------------------------


@dataclass
class Member:
    name: str
    data: bytes = b""
    kind: str = "0"
    link: str = ""
    mode: int = 0o644


def member(name, data=b"", **fields):
    return Member(name, document(data), **fields)


def symlink(name, target):
    return Member(name, kind="2", link=target, mode=0o777)


def hardlink(name, target):
    return Member(name, kind="1", link=target)


def directory(name):
    return Member(name, kind="5", mode=0o755)


def fifo(name):
    return Member(name, kind="6")


def renamed(members, rename):
    """MEMBERS under the names that RENAME gives them."""
    return [Member(rename(m.name), m.data, m.kind, m.link, m.mode) for m in members]


def without(members, *names):
    return [m for m in members if m.name not in names]


# --- tar ------------------------------------------------------------------------------------------


def _octal(value, width):
    return f"{value:0{width - 1}o}".encode() + b"\0"


def header(name, size, kind="0", link="", mode=0o644, size_field=None, checksum=None):
    """A ustar header (POSIX.1-1988); SIZE_FIELD and CHECKSUM replace what belongs there."""
    block = struct.pack(
        "100s8s8s8s12s12s8s1s100s8s32s32s8s8s155s12x",
        os.fsencode(name),
        _octal(mode, 8),
        _octal(0, 8),
        _octal(0, 8),
        size_field or _octal(size, 12),
        _octal(0, 12),
        b" " * 8,
        kind.encode(),
        os.fsencode(link),
        b"ustar\x0000",
        b"",
        b"",
        _octal(0, 8),
        _octal(0, 8),
        b"",
    )
    total = sum(block) if checksum is None else checksum
    return block[:148] + f"{total:06o}".encode() + b"\0 " + block[156:]


def padded(data):
    return data + bytes(-len(data) % BLOCK)


def pax(records, kind="x"):
    """A PAX extended header; RECORDS is a dictionary, or the bytes of one that is malformed."""
    if isinstance(records, dict):
        records = b"".join(_pax_record(key, value) for key, value in records.items())
    return header("PaxHeader", len(records), kind) + padded(records)


def _pax_record(key, value):
    rest = f" {key}={value}\n".encode()
    length = len(rest) + 1
    while length != len(rest) + len(str(length)):
        length += 1
    return str(length).encode() + rest


def entry(m):
    """The bytes of one member: header and padded data."""
    if len(os.fsencode(m.name)) > 100:
        prefix = pax({"path": m.name})
        return prefix + header(m.name[:100], len(m.data), m.kind, m.link, m.mode) + padded(m.data)
    return header(m.name, len(m.data), m.kind, m.link, m.mode) + padded(m.data)


def tar(members, end=END_OF_ARCHIVE):
    """MEMBERS, or bytes among them as they are, and the end-of-archive blocks."""
    return b"".join(m if isinstance(m, bytes) else entry(m) for m in members) + end


# --- docker archives ------------------------------------------------------------------------------

# How producers call the config of an image.
CONFIG_NAMES = {
    "docker": lambda data: digest(data)[7:] + ".json",
    "docker-25": lambda data: "blobs/sha256/" + digest(data)[7:],
    "crane": digest,
    "jib": lambda data: "config.json",
}


@dataclass
class Image:
    config: bytes
    item: dict


def image(data, *tags, style="docker", **item):
    """An item of manifest.json and the config it names; ITEM adds or replaces members."""
    named = {
        "Config": CONFIG_NAMES[style](data),
        "RepoTags": list(tags),
        "Layers": [digest(layer())[7:] + ".tar"],
        **item,
    }
    return Image(data, {key: value for key, value in named.items() if value is not ...})


def docker_archive(*images, manifest=None):
    """Layer, configs, manifest.json: the order of every producer but regctl."""
    members = [member(digest(layer())[7:] + ".tar", layer())]
    members += [member(i.item["Config"], i.config) for i in images]
    items = [i.item for i in images] if manifest is None else manifest
    return members + [member("manifest.json", items)]


# --- OCI layouts ----------------------------------------------------------------------------------


class Layout:
    """An OCI image layout in the making: descriptors go into self.index, bytes into self.blobs."""

    def __init__(self, algorithm="sha256", **index):
        self.algorithm = algorithm
        self.index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [], **index}
        self.layout = {"imageLayoutVersion": "1.0.0"}
        self.blobs = {}

    def blob(self, data, media_type, **descriptor):
        """Adds DATA and returns its descriptor, to which DESCRIPTOR adds members."""
        data = document(data)
        name = digest(data, self.algorithm)
        self.blobs[name] = data
        fields = {"mediaType": media_type, "digest": name, "size": len(data), **descriptor}
        return {key: value for key, value in fields.items() if value is not ...}

    def manifest(self, data, layers=None, config_type=OCI_CONFIG, **members):
        """Adds config, layers and manifest; returns the manifest as a dictionary."""
        value = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": self.blob(data, config_type),
            "layers": [self.blob(layer(), OCI_LAYER)] if layers is None else layers,
            **members,
        }
        return {key: item for key, item in value.items() if item is not ...}

    def image(self, data, name=None, listed=True, **descriptor):
        """Adds an image; returns its descriptor, which LISTED puts into index.json."""
        made = self.blob(self.manifest(data), OCI_MANIFEST, **descriptor)
        if name:
            made["annotations"] = {"org.opencontainers.image.ref.name": name}
        if listed:
            self.index["manifests"].append(made)
        return made

    def nested(self, *descriptors, name=None, listed=True, **members):
        """Adds an index of DESCRIPTORS as a blob; returns its descriptor."""
        value = {
            "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(descriptors), **members
        }
        made = self.blob(value, OCI_INDEX)
        if name:
            made["annotations"] = {"org.opencontainers.image.ref.name": name}
        if listed:
            self.index["manifests"].append(made)
        return made

    def members(self):
        """The layout in the order of skopeo: blobs by digest, index.json, oci-layout."""
        algorithm = self.algorithm
        listing = [directory("blobs"), directory(f"blobs/{algorithm}")]
        for name in sorted(self.blobs):
            listing.append(member("blobs/" + name.replace(":", "/"), self.blobs[name]))
        return listing + [member("index.json", self.index), member("oci-layout", self.layout)]


def platform(os, architecture, variant=None):
    named = {"architecture": architecture, "os": os, "variant": variant}
    return {key: value for key, value in named.items() if value}


def dir_layout(data, manifest=None, **members):
    """The members of a dir: layout, as skopeo writes it."""
    blob = layer()
    value = manifest or {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST,
        "config": {"mediaType": DOCKER_CONFIG, "size": len(data), "digest": digest(data)},
        "layers": [{"mediaType": DOCKER_LAYER, "size": len(blob), "digest": digest(blob)}],
        **members,
    }
    return [
        member("version", "Directory Transport Version: 1.1\n"),
        member("manifest.json", value),
        member(digest(data)[7:], data),
        member(digest(blob)[7:], blob),
    ]


# --- servers --------------------------------------------------------------------------------------

# The brands that NVIDIA's CUDA images list since 11.5.
BRANDS = ("tesla", "unknown", "nvidia", "nvidiartx", "geforce", "geforcertx", "quadro",
          "quadrortx", "titan", "titanrtx")


def nvidia_list(cuda, *branches, brands=BRANDS):
    """NVIDIA_REQUIRE_CUDA as NVIDIA's own images have it: CUDA, or a driver branch on a brand."""
    older = [f"brand={brand},driver>={branch},driver<{branch + 1}"
             for branch in branches for brand in brands]
    return " ".join([f"NVIDIA_REQUIRE_CUDA=cuda>={cuda}", *older])


def server(name, *gpus, **facts):
    """A server of our own inventory format; a GPU is "PRODUCT", or a dictionary."""
    return {"name": name, **facts,
            "gpus": [{"product": gpu} if isinstance(gpu, str) else gpu for gpu in gpus]}


def node(name, labels=None, capacity=None, architecture="amd64"):
    """A Kubernetes node as kubectl shows it, without what nobody reads here."""
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels or {}},
        "status": {"capacity": {"cpu": "16", **(capacity or {})},
                   "nodeInfo": {"architecture": architecture}},
    }


def gfd_labels(driver, cuda, product, arch, **labels):
    """What GPU Feature Discovery says of a node; a label of value ... is left out."""
    numbers = [*driver.split("."), ""]
    value = {
        "nvidia.com/cuda.driver-version.full": driver,
        "nvidia.com/cuda.driver-version.major": numbers[0],
        "nvidia.com/cuda.driver-version.minor": numbers[1],
        "nvidia.com/cuda.driver-version.revision": numbers[2],
        "nvidia.com/cuda.runtime-version.full": cuda,
        "nvidia.com/gpu.compute.major": arch.split(".")[0],
        "nvidia.com/gpu.compute.minor": arch.split(".")[1],
        "nvidia.com/gpu.count": "1",
        "nvidia.com/gpu.product": product,
        **labels,
    }
    return {key: item for key, item in value.items() if item is not ...}


def node_list(*nodes):
    """What kubectl get nodes -o json prints."""
    return {"apiVersion": "v1", "kind": "List", "items": list(nodes)}


def json_lines(*values):
    return b"".join(document(value) + b"\n" for value in values)


# --- compression ----------------------------------------------------------------------------------


def gzip(data, level=9):
    return gzip_module.compress(data, level, mtime=0)


def gzip_of_zeros(before, count, after):
    """gzip of BEFORE, COUNT GiB of zeros and AFTER, made in less time than it takes to read: a
    flushed block of zeros is the same wherever it stands."""
    size = 1024 * 1024
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    head = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(size)) + packer.flush(zlib.Z_FULL_FLUSH)
    tail = packer.compress(after) + packer.flush(zlib.Z_FINISH)
    check = zlib.crc32(before)
    for _ in range(count * GIB // size):
        check = zlib.crc32(bytes(size), check)
    check = zlib.crc32(after, check)
    length = (len(before) + count * GIB + len(after)) & 0xFFFFFFFF
    return (b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + head + block * (count * GIB // size) + tail
            + check.to_bytes(4, "little") + length.to_bytes(4, "little"))


def bzip2(data):
    return bz2.compress(data)


def xz(data):
    return lzma.compress(data)


def zstd(data, *options):
    """Python has no zstd before 3.14; the tool's frames depend on its input alone."""
    tool = shutil.which("zstd")
    if not tool:
        raise ToolMissing("zstd is not installed")
    return subprocess.run([tool, "-q", "-c", *options], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


# --- damage ---------------------------------------------------------------------------------------


def replaced(data, old, new):
    """DATA with the only OLD replaced by NEW."""
    old, new = document(old), document(new)
    if data.count(old) != 1:
        raise ValueError(f"{old!r} occurs {data.count(old)} times")
    return data.replace(old, new)


def flipped(data, offset):
    """DATA with the bits of the byte at OFFSET inverted."""
    offset %= len(data)
    return data[:offset] + bytes([data[offset] ^ 0xFF]) + data[offset + 1:]


# --- the recipe itself ----------------------------------------------------------------------------


class Workplace:
    """The verbs of a recipe that write, below one directory."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    def file(self, name, data):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document(data))

    def tree(self, name, members):
        """Writes MEMBERS as files of the directory NAME."""
        root = self.root / name
        root.mkdir(parents=True, exist_ok=True)
        for m in members:
            path = root / m.name
            path.parent.mkdir(parents=True, exist_ok=True)
            self._put(root, path, m)

    @staticmethod
    def _put(root, path, m):
        if m.kind == "5":
            path.mkdir(exist_ok=True)
        elif m.kind == "6":
            os.mkfifo(path)
        elif m.kind == "2":
            path.symlink_to(m.link)
        elif m.kind == "1":
            os.link(root / m.link, path)
        else:
            path.write_bytes(m.data)
            path.chmod(m.mode)


VOCABULARY = {
    name: value
    for name, value in globals().items()
    if not name.startswith("_") and name not in ("Workplace", "ToolMissing", "dataclass")
}


def build(text, root, name="recipe"):
    """Runs the recipe TEXT; what it makes lies below ROOT."""
    place = Workplace(root)
    verbs = {"file": place.file, "tree": place.tree}
    exec(compile(text, name, "exec"), {**VOCABULARY, **verbs})


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: recipe.py RECIPE DIRECTORY")
    build(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2], sys.argv[1])


if __name__ == "__main__":
    main()
