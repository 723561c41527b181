#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what gpubadge prints in a terminal as an SVG, for README.md.

usage: terminal-picture.py GPUBADGE FIXTURES > terminal.svg

The text is the program's own: it runs GPUBADGE with colour on sample images, reads the escape
sequences, and draws each run of characters where a terminal would. The same output gives the
same bytes.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from xml.sax.saxutils import escape

# What the picture shows: the name typed, and the fixture behind it.
IMAGES = [("llm-server.tar", "vllm-like.tar"), ("web.tar", "web.tar")]

FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
SIZE = 14
CELL = 8.43  # advance of a character of the fonts above at SIZE
LINE = 21
MARGIN = 18
BAR = 34

BACKGROUND = "#14181d"
FOREGROUND = "#d5dae0"
DIM = "#8b949e"
BOLD = "#ffffff"
BASIC = {"31": "#ff7b72", "32": "#3fb950", "33": "#e3b341"}

SGR = re.compile(r"\033\[([0-9;]*)m")


def run(program, fixtures):
    """The coloured output for IMAGES, run where their names mean the fixtures."""
    environment = {"PATH": os.environ["PATH"], "COLORTERM": "truecolor", "TERM": "xterm"}
    environment.update({name: value for name, value in os.environ.items()
                        if name.startswith(("LD_LIBRARY_PATH", "ASAN", "UBSAN", "LSAN"))})
    with tempfile.TemporaryDirectory() as directory:
        for name, fixture in IMAGES:
            shutil.copyfile(os.path.join(fixtures, fixture), os.path.join(directory, name))
        done = subprocess.run(
            [os.path.abspath(program), "--color=always"] + [name for name, _ in IMAGES],
            cwd=directory, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"gpubadge failed with {done.returncode}: {done.stderr}")
    return done.stdout


def colour(codes):
    """The 24-bit colour that follows 38;2 or 48;2."""
    return "#%02x%02x%02x" % tuple(int(code) for code in codes[2:5])


def apply(style, codes):
    """STYLE after the escape sequence with CODES."""
    style = dict(style)
    while codes:
        code = codes[0]
        if code in ("", "0"):
            style = {}
        elif code == "1":
            style["bold"] = True
        elif code == "2":
            style["fill"] = DIM
        elif code == "7":
            style["fill"], style["back"] = BACKGROUND, FOREGROUND
        elif code in ("38", "48"):
            style["fill" if code == "38" else "back"] = colour(codes)
            codes = codes[4:]
        elif code in BASIC:
            style["fill"] = BASIC[code]
        else:
            sys.exit(f"unknown escape sequence {codes}")
        codes = codes[1:]
    return style


def runs(line):
    """(text, style) of each run of LINE, from left to right."""
    style, place = {}, 0
    for match in SGR.finditer(line):
        if match.start() > place:
            yield line[place:match.start()], style
        style = apply(style, match.group(1).split(";"))
        place = match.end()
    if place < len(line):
        yield line[place:], style


def draw_run(column, y, text, style):
    """SVG of TEXT from COLUMN on; textLength keeps the columns whatever the font."""
    x = MARGIN + column * CELL
    width = len(text) * CELL
    if "back" in style:
        yield (f'<rect x="{x:.2f}" y="{y - 15}" width="{width:.2f}" height="20" rx="4" '
               f'fill="{style["back"]}"/>')
    if not text.strip():
        return
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    fill = style.get("fill", BOLD if style.get("bold") else FOREGROUND)
    weight = ' font-weight="bold"' if style.get("bold") else ""
    yield (f'<text x="{x + lead * CELL:.2f}" y="{y}" fill="{fill}"{weight} '
           f'textLength="{len(text) * CELL:.2f}" lengthAdjust="spacingAndGlyphs">'
           f'{escape(text)}</text>')


def draw(lines):
    columns = max(sum(len(text) for text, _ in runs(line)) for line in lines)
    width = round(2 * MARGIN + columns * CELL)
    height = BAR + LINE * len(lines) + MARGIN
    plain = [SGR.sub("", line) for line in lines]
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
           f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title text">')
    yield '<title id="title">gpubadge in a terminal</title>'
    yield '<desc id="text">' + escape("\n".join(plain)) + "</desc>"
    yield f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>'
    for i, fill in enumerate(["#ff5f57", "#febc2e", "#28c840"]):
        yield f'<circle cx="{MARGIN + 6 + 20 * i}" cy="17" r="6" fill="{fill}"/>'
    yield f'<g font-family="{FONT}" font-size="{SIZE}" xml:space="preserve">'
    for i, line in enumerate(lines):
        column = 0
        for text, style in runs(line):
            yield from draw_run(column, BAR + 16 + i * LINE, text, style)
            column += len(text)
    yield "</g>"
    yield "</svg>"


def main(program, fixtures):
    command = "gpubadge " + " ".join(name for name, _ in IMAGES)
    lines = ["\033[2m$\033[0m \033[1m" + command + "\033[0m"]
    lines += run(program, fixtures).splitlines()
    print("\n".join(draw(lines)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
