#!/usr/bin/env python3
"""Draws a flame graph: where a program spent its processor time, as an SVG without scripts.

    perf record -F 900 --call-graph dwarf,32000 -p PID -- sleep 10
    perf script --no-inline -F comm,tid,ip,sym,dso | tests/bench/flame_graph.py TITLE > docs/flame.svg

A box is a function, as wide as its share of the samples, above the one that called it; its title says the share. What
has less than SMALLEST of them is left out. A frame whose symbol is not known bears the name of its library.
"""

import re
import sys
from html import escape

SMALLEST = 0.004  # of all samples
WIDTH, ROW, CHARACTER = 1400, 15, 6.2
COLOURS = [  # by what a name contains, the first that fits
    (r"libcrypto|libssl|^EVP|^EC_|^SHA|^SSL|Ed25519|Ecdsa", "#d98c5f"),
    (r"^rocksdb|librocksdb|^LZ4", "#8fb36b"),
    (r"^grpc|libgrpc|libgpr|libprotobuf|libabsl|^bench::", "#7fa6cf"),
    (r"malloc|free|operator (new|delete)|^__mem|unlink_chunk", "#c9a3c9"),
    (r"syscall|^do_|^__x64|schedule|futex|ext4|entry_", "#b5b5b5"),
]
OURS = "#e2c35a"


def short(symbol):
    """A symbol without its arguments, template arguments and our namespace."""
    depth, kept = 0, []
    for character in re.sub(r"\+0x[0-9a-f]+$", "", symbol).replace("(anonymous namespace)::", ""):
        depth -= character in ">)"
        if depth == 0 and character not in ">)":
            kept.append(character if character not in "<(" else "")
        depth += character in "<("
    return "".join(kept).replace("certmark::", "").strip() or symbol


def stacks(lines):
    """The stacks of all samples, outermost function first, a run of the same name once."""
    thread, frames = None, []
    for line in lines:
        line = line.rstrip()
        if not line:
            if thread:
                yield [thread] + frames
            thread, frames = None, []
        elif not line[0].isspace():
            thread = re.sub(r"\s+\d+$", "", line)
        elif match := re.match(r"\s+[0-9a-f]+ (.*) \((.*)\)$", line):
            name = match[1] if match[1] != "[unknown]" else match[2].rsplit("/", 1)[-1]
            name = short(name)
            if not frames or frames[0] != name:
                frames.insert(0, name)
    if thread:
        yield [thread] + frames


def tree(samples):
    root = {"count": 0, "inner": {}}
    for stack in samples:
        root["count"] += 1
        node = root
        for name in stack:
            node = node["inner"].setdefault(name, {"count": 0, "inner": {}})
            node["count"] += 1
    return root


def colour(name):
    return next((fill for pattern, fill in COLOURS if re.search(pattern, name)), OURS)


def boxes(node, total, left=0.0, level=0):
    """(left, level, width, name, share) of each function that is drawn."""
    for name, inner in sorted(node["inner"].items()):
        share = inner["count"] / total
        if share >= SMALLEST:
            yield left, level, share * WIDTH, name, share
            yield from boxes(inner, total, left, level + 1)
        left += share * WIDTH


def main():
    root = tree(stacks(sys.stdin))
    drawn = list(boxes(root, root["count"]))
    height = (max(level for _, level, _, _, _ in drawn) + 3) * ROW
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="10">')
    print(f'<text x="4" y="11">{escape(sys.argv[1])}: {root["count"]} samples</text>')
    for left, level, width, name, share in drawn:
        top = height - (level + 1) * ROW
        label = escape(name[: int((width - 4) / CHARACTER)])
        print(
            f'<g><title>{escape(name)} {100 * share:.1f} %</title><rect x="{left:.1f}" y="{top}" width="{width:.1f}" '
            f'height="{ROW - 1}" fill="{colour(name)}"/>'
            + (f'<text x="{left + 2:.1f}" y="{top + 10}">{label}</text>' if len(label) > 2 else "")
            + "</g>"
        )
    print("</svg>")


if __name__ == "__main__":
    main()
