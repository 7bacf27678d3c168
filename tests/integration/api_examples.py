#!/usr/bin/env python3
"""Every call that docs/API.md shows, held against the contract: the method is there, under that path, for that kind of caller, and takes
these members. What anybody reads, rest_by_curl.py asks for at a running authority.

    api_examples.py ROOT OPENAPI

Exits 77 where Debian's python3-jsonschema is missing.
"""
import json
import pathlib
import re
import sys
import urllib.parse

try:
    import jsonschema
except ImportError:
    jsonschema = None

# Who makes the calls of a heading, by their roles; nobody's need none.
AUDIENCES = {
    "Anybody": set(), "App stores and search engines": {"kRelyingParty"}, "Operators": {"kOperator"},
    "Laboratories and auditors": {"kLaboratory", "kAuditor"}, "Reviewers and deciders": {"kReviewer", "kDecider"},
    "Surveillance officers": {"kSurveillanceOfficer"}, "Registrars": {"kRegistrar"}}
FEWEST = 10
STREAMS = {"WatchLog"}  # those that HTTP has no form of


class Wrong(Exception):
    """A line of the page does not hold; the message says which."""


def require(holds, what):
    if not holds:
        raise Wrong(what)


class Example:
    """A line of a table: what the curl of it asks, and what the grpcurl."""

    def __init__(self, audience, line):
        self.audience = audience
        self.line = line
        self.what, curl, grpc = (cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))
        self.curl = curl.split("`")[1] if "`" in curl else None
        self.service, self.method = re.search(r"(\w+Service)/(\w+)`$", grpc).groups()
        self.message = self.json_in(grpc)
        if self.curl:
            listener, self.target = re.match(r'"?\$(public|party)(/[^\s"]+)', self.curl).groups()
            self.is_public = listener == "public"
            self.body = self.json_in(self.curl)
            self.is_post = "$json" in self.curl or "--data-binary" in self.curl

    @staticmethod
    def json_in(cell):
        found = re.search(r"-d '({.*?})'(?=[\s`]|$)", cell)
        return json.loads(found.group(1)) if found else {}


def examples(root):
    """Those of the page, in order."""
    page = (root / "docs" / "API.md").read_text(encoding="utf-8").partition("\n## Calls\n")[2]
    found = []
    for section in page.split("\n### ")[1:]:
        audience, _, text = section.partition("\n")
        found += [Example(audience, line) for line in text.splitlines() if line.startswith("|") and "Service/" in line]
    return found


class Contract:
    def __init__(self, root, description):
        self.description = description
        self.methods = {}
        for file in (root / "protos" / "certmark" / "v1").glob("*.proto"):
            for service, body in re.findall(r"^service (\w+) {(.*?)^}", file.read_text(encoding="utf-8"), re.M | re.S):
                for method, request in re.findall(r"^  rpc (\w+)\((?:stream )?(\w+)\)", body, re.M):
                    self.methods[service, method] = request
        rights = (root / "ca" / "rights.cc").read_text(encoding="utf-8")
        self.roles = {act: None if whom.startswith("kEvery") else set(re.findall(r"Role::(\w+)", whom))
                      for act, whom in re.findall(r'{Act::\w+, "([\w-]+)",\s*(kEveryRole|Of\({[^}]*}\))', rights)}

    def operations(self, example):
        """Those of the method, each with its path and verb."""
        for path, verbs in self.description["paths"].items():
            for verb, operation in verbs.items():
                if re.fullmatch(example.method + r"\d?", operation["operationId"]) and example.service in operation["tags"]:
                    yield path, verb, operation

    def check(self, example):
        require((example.service, example.method) in self.methods, "there is no such method")
        require(example.audience in AUDIENCES, f"who is {example.audience}?")
        if example.curl is None:
            require(example.method in STREAMS, "it can be asked by curl")
            return
        path, _, query = example.target.partition("?")
        for pattern, verb, operation in self.operations(example):
            form = re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}")
            if verb == ("post" if example.is_post else "get") and re.fullmatch(re.sub(r"{\w+}", "[^/:?]+", form), path):
                return self.check_members(example, operation, query)
        raise Wrong(f"{example.method} has no {path}")

    def check_members(self, example, operation, query):
        named = {each["name"]: each for each in operation["parameters"]}
        for name, value in urllib.parse.parse_qsl(query, strict_parsing=bool(query)):
            require(named.get(name, {}).get("in") == "query", f"no parameter {name}")
            require(value, f"{name} says nothing")
        schema = self.schema_of(operation)
        if schema is not None:
            self.check_json(example.body, schema)
        # By gRPC the path's members are of the message too. A stream's first message is not shown.
        if "stream" not in self.kind_of(example):
            properties = {**{name: each["schema"] for name, each in named.items()}, **(schema or {}).get("properties", {})}
            require(set(example.message) <= set(properties), f"no member {set(example.message) - set(properties)}")
            if schema is not None:
                self.check_json({name: value for name, value in example.message.items() if name in schema["properties"]}, schema)
        self.check_roles(example, operation)

    @staticmethod
    def kind_of(example):
        return "stream" if example.method in ("UploadDocument", "ReadDocument") else "one message"

    @staticmethod
    def schema_of(operation):
        content = operation.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if "application/json" in content else None

    def check_json(self, value, schema):
        whole = {**schema, "components": self.description["components"]}
        wrong = [each.message for each in jsonschema.Draft202012Validator(whole).iter_errors(value)]
        require(not wrong, f"{value}: {wrong}")

    def check_roles(self, example, operation):
        if example.is_public:
            require(not operation["security"], "it is not for anybody")
            return
        acts = operation.get("x-certmark-acts", [])
        require(any(self.roles[act] is None or self.roles[act] & AUDIENCES[example.audience] for act in acts),
                f"it is not for {example.audience}")


def main(root, openapi):
    if jsonschema is None:
        print("python3-jsonschema is not installed: ops/setup --tests")
        return 77
    contract = Contract(root, json.loads(openapi.read_text(encoding="utf-8")))
    all_of_them = examples(root)
    wrong = []
    for example in all_of_them:
        try:
            contract.check(example)
        except Wrong as why:
            wrong.append(f"docs/API.md, {example.audience}, {example.what}: {why}")
    for audience in AUDIENCES:
        count = sum(example.audience == audience for example in all_of_them)
        if count < FEWEST:
            wrong.append(f"docs/API.md, {audience}: {count} calls, not {FEWEST}")
    wrong += self_test(contract, all_of_them)
    print("\n".join(wrong) or f"api_examples: {len(all_of_them)} calls are as the contract has them")
    return 1 if wrong else 0


def self_test(contract, all_of_them):
    """A checker that cannot object is no checker."""
    line = next(each.line for each in all_of_them if each.method == "ApproveEnrolment")
    spoilt = {"another path": (":approve", ":approved"), "another method": ("ApproveEnrolment", "ApproveNothing"),
              "a member that there is not": ('"roles"', '"role"'), "a value that there is not": ("ROLE_OPERATOR", "ROLE_KING"),
              "anybody's": ("$party", "$public"), "read, not done": ("$json", "")}
    missed = []
    for what, (old, new) in spoilt.items():
        try:
            contract.check(Example("Registrars", line.replace(old, new)))
            missed.append(f"api_examples: {what} is let through")
        except Wrong:
            pass
    return missed


if __name__ == "__main__":
    sys.exit(main(*map(pathlib.Path, sys.argv[1:])))
