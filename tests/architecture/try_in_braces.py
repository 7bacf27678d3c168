#!/usr/bin/env python3
"""Refuses CM_TRY inside a braced initializer: when it returns early there, g++ 12 never destroys the members built before it.

Usage: try_in_braces.py ROOT. Prints a line for each such place and exits 1 if there is any.
"""
import pathlib
import re
import sys

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])\'|CM_TRY|[A-Za-z_]\w*|[{}()\[\];=,:?<>]|\S',
                   re.S)
# What stands before the brace of a block; anything else before a brace begins an initializer.
BLOCK_AFTER = {")", "else", "const", "noexcept", "override", "try", "do", "mutable", ";", "{", "}", ":", ""}
BLOCK_KEYWORDS = {"namespace", "struct", "class", "enum", "union"}


def places(text: str) -> list[int]:
    """Returns the offsets of every CM_TRY that stands in a braced initializer."""
    found, stack = [], []
    previous, statement = "", []  # the token before, and the tokens of the statement so far
    for match in TOKEN.finditer(text):
        token = match.group()
        if token.startswith(("//", "/*")) or token[0] == "#":
            continue
        if token in "([":
            stack.append(token)
        elif token == "{":
            is_block = previous in BLOCK_AFTER or any(word in statement for word in BLOCK_KEYWORDS) or is_return_type(statement)
            stack.append("block" if is_block else "{")
        elif token in ")]}" and stack:
            stack.pop()
        elif token == "CM_TRY" and next((kind for kind in reversed(stack) if kind in ("{", "block")), "") == "{":
            found.append(match.start())
        if token in (";", "{", "}"):
            statement = []
        else:
            statement.append(token)
        previous = token
    return found


def is_return_type(statement: list[str]) -> bool:
    """A lambda or function with a trailing return type: `… -> Result<X> {`."""
    return "-" in statement and ">" in statement[statement.index("-"):] and ")" in statement[: statement.index("-")]


def self_test() -> None:
    assert places("auto x = Pair{CM_TRY(A()), 1};")
    assert places("return Pair{a, Wrap(CM_TRY(B()))};")
    assert not places("Result<void> F() { CM_TRY(A()); return {}; }")
    assert not places("Result<int> F() const { for (int i : v) { CM_TRY(A()); } if (x) { y = G(CM_TRY(B())); } return 1; }")
    assert not places("auto f = [&](int a) -> Result<void> { CM_TRY(A()); return {}; };")


def main() -> int:
    self_test()
    root = pathlib.Path(sys.argv[1])
    count = 0
    for folder in ("verifier-sdk", "ledger", "ca", "api"):
        for source in sorted((root / folder).rglob("*")):
            if source.suffix not in (".h", ".cc") or source.name == "result.h":
                continue
            text = source.read_text(encoding="utf-8")
            for offset in places(text):
                count += 1
                print(f"{source.relative_to(root)}:{text.count(chr(10), 0, offset) + 1}: CM_TRY in a braced initializer")
    print(f"{count} places leak when they return early." if count else "No CM_TRY stands in a braced initializer.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
