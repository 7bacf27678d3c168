#!/usr/bin/env python3
"""Judges the vectors of a folder (tests/vectors/README.md) by the second verifier, and says where it disagrees.

    vectors.py FOLDER [--bundles N] [--trust N] [--bulk N]

Exits 0 when every vector comes out as it says and there are at least as many of each kind as were asked for.
"""
import argparse
import json
import pathlib
import sys

import bulk
import verify


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def lists_of(root, walk):
    return [(root / name).read_text(encoding="ascii") for name in walk["lists"]]


def case_of(root, vector):
    """The inputs of verify.judge, what the policy leaves out as FORMATS.md §9 has it."""
    policy = vector["policy"]
    own = policy.get("ownWitnesses", {"keys": None, "threshold": None})
    return {"trusts": [{"lists": lists_of(root, walk), "pin": walk["pin"]} for walk in vector["trust"]],
            "app": vector["app"], "signers": vector["signers"], "build": vector.get("build"), "now": vector["now"],
            "allow": policy.get("allow", []), "schemes": policy.get("schemes", []), "levels": policy.get("levels", []),
            "witnesses": own["keys"], "threshold": own["threshold"], "status_age": policy.get("statusAge", 86400),
            "skew": policy.get("skew", 60), "min_status_iat": policy.get("minStatusIat"),
            "min_checkpoint": policy.get("minCheckpoint")}


def judge_bundle(root, vector):
    raw = (root / vector["bundle"]).read_bytes() + b" " * vector.get("spacesAfter", 0)
    verdict, step, reason = verify.judge(raw, case_of(root, vector))
    if (verdict, step) != (vector["verdict"], vector["step"]):
        return f"here {verdict} at step {step} ({reason}), there {vector['verdict']} at step {vector['step']}"
    return None


def judge_walk(root, vector):
    accepted = None
    for number, offered in enumerate(vector["lists"], 1):
        text = (root / offered["list"]).read_text(encoding="ascii")
        if accepted is None:
            try:
                accepted, result = verify.accept_first(text, vector["pin"]), "accepted"
            except verify.Malformed:
                result = "refused"
        else:
            result, accepted = verify.accept_next(accepted, text)
        if result != offered["result"]:
            return f"list {number}: here {result}, there {offered['result']}"
    return None


def judge_bulk(root, folder, vector):
    trusts = verify.accept_all(lists_of(root, vector["trust"]), vector["trust"]["pin"])
    try:
        folded = bulk.fold(folder, trusts, vector["logs"])
    except verify.Malformed as error:
        return None if vector["refused"] else f"here refused: {error}"
    if vector["refused"]:
        return "here folded, there refused"
    policy = vector["policy"]
    here = {"states": folded.states, "reported": folded.reported, "unknown": folded.unknown,
            "fresh": folded.fresh(vector["now"], policy.get("statusAge", 86400), policy.get("skew", 60))}
    there = {name: vector[name] for name in here}
    return None if here == there else f"here {here}, there {there}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    for kind in ("bundles", "trust", "bulk"):
        parser.add_argument("--" + kind, type=int, default=0)
    options = parser.parse_args()
    root, wrong, enough, verdicts = options.folder, 0, True, set()
    kinds = {"bundles": [p for p in sorted(root.glob("bundles/*/*.json")) if not p.name.endswith(".certmark.json")],
             "trust": sorted(root.glob("trust/*.json")), "bulk": sorted(root.glob("bulk/*/vector.json"))}
    for kind, paths in kinds.items():
        for path in paths:
            vector = read(path)
            if kind == "bundles":
                disagreement = judge_bundle(root, vector)
                verdicts.add(vector["verdict"])
            elif kind == "trust":
                disagreement = judge_walk(root, vector)
            else:
                disagreement = judge_bulk(root, path.parent, vector)
            if disagreement:
                wrong += 1
                print(f"{path.relative_to(root)}: {disagreement}")
        enough = enough and len(paths) >= getattr(options, kind)
    print(", ".join(f"{len(paths)} {kind}" for kind, paths in kinds.items())
          + f": {wrong} disagree, {len(verdicts)} different verdicts")
    return 0 if enough and wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
