#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The law of the rooms under src: who may include whom, and who may call what.

usage: include-law.py SOURCE
"""
import os
import re
import sys

import sources
import tap

# From the ground up. A room includes only itself and rooms before it.
ROOMS = ["base", "source", "store", "image", "env", "evidence", "require", "contents", "fleet",
         "report", "api", "cli"]
BASE_ONLY = ["evidence", "require"]
PUBLIC = "gpubadge/gpubadge.h"

# Each of these is the business of one file.
LIBRARIES = ["archive.h", "archive_entry.h", "jansson.h", "zlib.h", "zstd.h", "lzma.h", "bzlib.h",
             "isa-l/", "nettle/", "dlfcn.h"]

BAD_NAMES = {"util", "utils", "common", "helper", "helpers", "misc", "shared", "tools"}

# The library never prints, exits, or reads the process environment.
FORBIDDEN = ["printf", "fprintf", "vprintf", "vfprintf", "dprintf", "puts", "putchar", "perror",
             "exit", "_exit", "quick_exit", "abort", "getenv", "secure_getenv", "setenv", "putenv",
             "setlocale", "signal", "sigaction"]


def room_of(path):
    return path.split("/")[1]


def includes(text):
    """(bracket, name) of each #include, in order."""
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', text, re.MULTILINE)


def without_comments_and_strings(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', " ", text,
                  flags=re.DOTALL)


def may_include(room, other):
    if room == "cli":
        return other == "cli"
    if room in BASE_ONLY:
        return other in (room, "base")
    return ROOMS.index(other) <= ROOMS.index(room)


def check_rooms(tree):
    for path, text in tree.items():
        room = room_of(path)
        if room not in ROOMS:
            yield f"{path}: {room} is no room"
            continue
        for bracket, name in includes(text):
            other = name.split("/")[0]
            if name == PUBLIC:
                continue
            if bracket == '"' and ("/" not in name or other not in ROOMS):
                yield f'{path}: "{name}" is not written "room/file.h"'
            elif bracket == '"' and not may_include(room, other):
                yield f'{path}: {room} must not include "{name}"'


def check_own_header(tree):
    for path, text in tree.items():
        own = os.path.splitext(path)[0] + ".h"
        if not path.endswith(".c") or own not in tree:
            continue
        first = includes(text)[0][1] if includes(text) else "nothing"
        if first != own[len("src/"):]:
            yield f'{path}: includes {first} first, not its own "{own[len("src/"):]}"'


def check_libraries(tree):
    for library in LIBRARIES:
        users = [path for path, text in tree.items()
                 if any(name == library or (library.endswith("/") and name.startswith(library))
                        for _, name in includes(text))]
        if len(users) > 1:
            yield f"{library} is included by {', '.join(users)}"
        yield from (f"{path}: a header includes {library}" for path in users
                    if path.endswith(".h"))


def check_names(tree):
    seen = {}
    for path in tree:
        name = os.path.basename(path)
        if name in seen:
            yield f"{path} and {seen[name]} have the same name"
        seen[name] = path
        words = set(re.split(r"[-_.]", name)) & BAD_NAMES
        yield from (f"{path}: \"{word}\" is no name for a file" for word in words)


def check_calls(tree):
    call = re.compile(r"(?<![\w.>])(" + "|".join(FORBIDDEN) + r")\s*\(")
    for path, text in tree.items():
        if room_of(path) == "cli":
            continue
        for name in sorted(set(call.findall(without_comments_and_strings(text)))):
            yield f"{path}: calls {name}()"
        if re.search(r"\b(stdout|stderr|stdin)\b", without_comments_and_strings(text)):
            yield f"{path}: uses a standard stream"


def check_licence(root):
    paths = sources.walk(root, (".c", ".h", ".py", ".sh", ".1", ".build", "meson_options.txt"))
    for path in paths:
        lines = sources.read(root, path).splitlines() + ["", ""]
        line = lines[1] if lines[0].startswith("#!") else lines[0]
        if os.path.basename(path) != "meson_options.txt" and \
                "SPDX-License-Identifier: Apache-2.0" not in line:
            yield f"{path}: its first line is not the SPDX line"


def main(root):
    paths = sources.walk(root, (".c", ".h"), ["src"])
    tree = {path: sources.read(root, path) for path in paths}
    test = tap.Tap()
    test.check("there are sources to look at", [] if len(tree) > 50 else [str(len(tree))])
    test.check("a room includes only rooms above it", check_rooms(tree))
    test.check("a file includes its own header first", check_own_header(tree))
    test.check("each library has one file that includes it", check_libraries(tree))
    test.check("names are unique and say something", check_names(tree))
    test.check("the library does not print, exit or read the environment", check_calls(tree))
    test.check("every source file starts with its licence", check_licence(root))
    test.finish()


if __name__ == "__main__":
    main(sys.argv[1])
