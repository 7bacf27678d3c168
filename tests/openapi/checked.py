#!/usr/bin/env python3
"""The description of the HTTP API is good OpenAPI 3.1, and docs/openapi.json is it.

    checked.py BUILT SNAPSHOT           compares what the build wrote with what is kept, and looks whether it is good
    checked.py --keep BUILT SNAPSHOT    keeps what the build wrote

Exits 77 where Debian's python3-jsonschema is missing.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: ops/setup --tests")
    sys.exit(77)


def an_object(required, optional=()):
    """An object with those members and no others; each is a pair of a name and its schema."""
    return {"type": "object", "properties": {**dict(required), **dict(optional)},
            "required": [name for name, _ in required], "additionalProperties": False}


def by_name(pattern, schema):
    return {"type": "object", "patternProperties": {pattern: schema}, "additionalProperties": False}


TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT}
SCHEMA = {"type": "object"}  # each is held against its own meta-schema
REFERENCE = an_object([("$ref", {"type": "string", "pattern": "^#/components/"})])
CONTENT = by_name(r"^([a-z]+/[a-z0-9.+-]+(; charset=utf-8)?|\*/\*)$", an_object([("schema", SCHEMA)]))
RESPONSE = {"anyOf": [REFERENCE, an_object([("description", TEXT)], [("content", CONTENT)])]}
PARAMETER = {
    **an_object([("name", TEXT), ("in", {"enum": ["path", "query", "header"]}), ("schema", SCHEMA)],
                [("required", {"type": "boolean"}), ("description", TEXT)]),
    "if": {"properties": {"in": {"const": "path"}}}, "then": {"required": ["required"], "properties": {"required": {"const": True}}}}
OPERATION = an_object(
    [("operationId", TEXT), ("tags", TEXTS), ("security", {"type": "array", "items": by_name("^party$", TEXTS)}),
     ("parameters", {"type": "array", "items": PARAMETER}), ("responses", by_name(r"^([1-5][0-9]{2}|default)$", RESPONSE))],
    [("description", TEXT), ("requestBody", an_object([("content", CONTENT)])), ("x-certmark-acts", TEXTS)])
# Of OpenAPI 3.1 (sections 4.8.1 to 4.8.30) what our description has, said strictly.
DOCUMENT = an_object([
    ("openapi", {"const": "3.1.0"}),
    ("info", an_object([("title", TEXT), ("version", TEXT), ("description", TEXT),
                        ("license", an_object([("name", TEXT), ("identifier", TEXT)]))])),
    ("servers", {"type": "array", "items": an_object([("url", TEXT)])}),
    ("tags", {"type": "array", "items": an_object([("name", TEXT)], [("description", TEXT)])}),
    ("paths", by_name("^/", {**an_object([], [("get", OPERATION), ("post", OPERATION)]), "minProperties": 1})),
    ("components", an_object([
        ("schemas", by_name(r"^[a-zA-Z0-9._-]+$", SCHEMA)), ("responses", by_name(r"^[a-zA-Z0-9._-]+$", RESPONSE)),
        ("securitySchemes", by_name("^party$", an_object([("type", {"const": "mutualTLS"}), ("description", TEXT)])))])),
])


def schemas_in(value):
    """Every schema: whatever stands under `schema`, and the components."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "schema":
                yield inner
            yield from schemas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


def references_in(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from references_in(inner)


def leads_somewhere(document, reference):
    found = document
    for step in reference.removeprefix("#/").split("/"):
        if not isinstance(found, dict) or step not in found:
            return False
        found = found[step]
    return True


def problems(document):
    found = [f"{'/'.join(map(str, each.path))}: {each.message}"
             for each in jsonschema.Draft202012Validator(DOCUMENT).iter_errors(document)]
    if found:
        return found
    for schema in [*schemas_in(document["paths"]), *document["components"]["schemas"].values()]:
        found += [f"no schema: {each.message}" for each in
                  jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA).iter_errors(schema)]
    found += [f"{each} leads nowhere" for each in references_in(document) if not leads_somewhere(document, each)]
    ids, tags, shapes = set(), {each["name"] for each in document["tags"]}, {}
    for path, methods in document["paths"].items():
        # Paths that differ in the names of their parameters alone are one path (4.8.8).
        other = shapes.setdefault(re.sub(r"{[^}]*}", "{}", path), path)
        if other != path:
            found.append(f"{path} is {other}")
        for operation in methods.values():
            if operation["operationId"] in ids:
                found.append(f"{operation['operationId']} twice")
            ids.add(operation["operationId"])
            found += [f"{path}: tag {tag} is not declared" for tag in operation["tags"] if tag not in tags]
            declared = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
            if sorted(declared) != sorted(re.findall(r"{([^}]*)}", path)):
                found.append(f"{path}: its parameters are {declared}")
            keys = [(each["in"], each["name"]) for each in operation["parameters"]]
            if len(keys) != len(set(keys)):
                found.append(f"{path}: a parameter twice")
    return found


def self_test(document):
    """A checker that cannot object is no checker."""
    for spoil in (lambda d: d.pop("info"), lambda d: d.update(openapi="3.0.0"), lambda d: d["components"]["schemas"].clear(),
                  lambda d: d["paths"]["/v1/self"]["get"].update(operationId="ListActs"),
                  lambda d: d["paths"]["/v1/self"]["get"]["parameters"].append(
                      {"name": "x", "in": "path", "required": True, "schema": {}}),
                  lambda d: d["paths"].update({"/v1/orders/{other}": d["paths"]["/v1/orders/{name}"]}),
                  lambda d: d["components"]["schemas"]["Problem"].update(type="objekt")):
        spoilt = json.loads(json.dumps(document))
        spoil(spoilt)
        assert problems(spoilt), "a spoilt description is called good"


def main(words):
    keep = words[:1] == ["--keep"]
    built_file, snapshot_file = map(pathlib.Path, words[-2:])
    built = json.loads(built_file.read_text(encoding="utf-8"))
    if keep:
        snapshot_file.write_text(json.dumps(built, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    found = problems(built)
    if not found:
        self_test(built)
    if json.loads(snapshot_file.read_text(encoding="utf-8")) != built:
        found.append(f"{snapshot_file} is another: look at what changed, then {sys.argv[0]} --keep {built_file} {snapshot_file}")
    print("\n".join(found) if found else f"{len(built['paths'])} paths are described, and well.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
