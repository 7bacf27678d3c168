#!/usr/bin/env python3
"""Each kind of change that breaks is found in an altered copy of our own description, and none that does not.

    breaking_test.py SNAPSHOT
"""
import copy
import json
import pathlib
import sys

from breaking import breaking

LIST, APP, CREATE = "/v1/acts", "/v1/apps/{platform}/{package}", "/v1/challenges"


def schemas(document):
    return document["components"]["schemas"]


def body(document):
    return document["paths"][CREATE]["post"]["requestBody"]["content"]["application/json"]["schema"]


def parameter(document, path, name):
    return next(each for each in document["paths"][path]["get"]["parameters"] if each["name"] == name)


def without_parameter(document, path, name):
    document["paths"][path]["get"]["parameters"].remove(parameter(document, path, name))


def add_parameter(document, required):
    document["paths"][LIST]["get"]["parameters"].append(
        {"name": "more", "in": "query", "required": required, "schema": {"type": "string"}})


# What is done to a copy, and a part of the line that must say so.
BREAKING = [
    (lambda d: d["paths"].pop(APP), "the path is gone"),
    (lambda d: d["paths"]["/v1/enrolments"].pop("post"), "the method is gone"),
    (lambda d: d["paths"][APP]["get"].update(operationId="FindApp"), "it is called FindApp now"),
    (lambda d: d["paths"][APP]["get"].update(security=[{"party": []}]), "for parties alone"),
    (lambda d: d["paths"][LIST]["get"]["x-certmark-acts"].clear(), "not for whoever may read-record"),
    (lambda d: without_parameter(d, LIST, "pageSize"), "pageSize: it is gone"),
    (lambda d: parameter(d, LIST, "pageSize").update(required=True), "pageSize: it is required now"),
    (lambda d: parameter(d, LIST, "pageSize")["schema"].update(type="string"), "pageSize: type is string now"),
    (lambda d: parameter(d, LIST, "pageSize")["schema"].update(minimum=7), "it is at least 7 now"),
    (lambda d: parameter(d, APP, "platform")["schema"]["enum"].remove("ios"), "the value ios is gone"),
    (lambda d: add_parameter(d, True), "it is new and required"),
    (lambda d: d["paths"][LIST]["get"].update(requestBody={"content": {}}), "it takes a body now"),
    (lambda d: d["paths"][CREATE]["post"].pop("requestBody"), "it takes no body any more"),
    (lambda d: d["paths"][CREATE]["post"]["requestBody"].update(required=True), "its body is required now"),
    (lambda d: body(d)["properties"].pop("signer"), ".signer: the member is gone"),
    (lambda d: body(d).update(required=["signer"]), ".signer: it is required now"),
    (lambda d: body(d)["properties"]["signer"].update(type="integer"), ".signer: type is integer now"),
    (lambda d: d["paths"][APP]["get"]["responses"]["200"]["content"].pop("application/json"), "no application/json"),
    (lambda d: d["paths"][APP]["get"]["responses"].pop("304"), "no 304"),
    (lambda d: schemas(d)["Certification"]["properties"].pop("appName"), "Certification.appName: the member is gone"),
    (lambda d: schemas(d)["Certification"]["properties"]["signers"].update(type="string"), "signers: type is string now"),
    (lambda d: schemas(d)["Certification"]["properties"]["signers"]["items"].update(type="integer"), "signers[]: type"),
    (lambda d: schemas(d)["ActProof"]["properties"]["hashes"]["items"].update(contentEncoding="hex"), "contentEncoding"),
    (lambda d: schemas(d)["Certification.State"]["enum"].remove("REVOKED"), "the value REVOKED is gone"),
    (lambda d: schemas(d)["Problem"]["properties"].pop("reason"), "Problem.reason: the member is gone"),
]
HARMLESS = [
    lambda d: None,
    lambda d: d["paths"].update({"/v1/more": copy.deepcopy(d["paths"][LIST])}),
    lambda d: d["paths"][LIST].update(post=copy.deepcopy(d["paths"][CREATE]["post"])),
    lambda d: add_parameter(d, False),
    lambda d: body(d)["properties"].update(more={"type": "string"}),
    lambda d: schemas(d)["Certification"]["properties"].update(more={"type": "string"}),
    lambda d: schemas(d)["Certification.State"]["enum"].append("MORE"),
    lambda d: parameter(d, APP, "platform")["schema"]["enum"].append("more"),
    lambda d: d["paths"][APP]["get"].update(description="in other words"),
    lambda d: d["paths"][LIST]["get"]["x-certmark-acts"].append("more"),
]


def main(snapshot):
    whole = json.loads(pathlib.Path(snapshot).read_text(encoding="utf-8"))
    wrong = []
    for change, said in BREAKING:
        altered = copy.deepcopy(whole)
        change(altered)
        found = breaking(whole, altered)
        if not any(said in line for line in found):
            wrong.append(f"not found: {said!r}, but {found}")
    for number, change in enumerate(HARMLESS):
        altered = copy.deepcopy(whole)
        change(altered)
        if found := breaking(whole, altered):
            wrong.append(f"harmless change {number} is said to break: {found}")
    print("\n".join(wrong) if wrong else f"{len(BREAKING)} changes that break are found, {len(HARMLESS)} others let pass.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
