#!/usr/bin/env python3
"""What of a description of the HTTP API would break those who use the one before it.

    breaking.py OLD NEW          two descriptions (OpenAPI 3.1, as api/openapi.cc writes them)
    breaking.py --released NEW   against docs/openapi.json of the newest release, a tag v*, of the repository of NEW

Prints a line for each change that breaks, and exits 1 if there is one. What is added breaks nobody: a path, a member that
may be left out, a value of an enumeration.
"""
import json
import pathlib
import subprocess
import sys

# What a value is, beside the members and values in it.
KIND = ("type", "format", "contentEncoding", "pattern")


class Comparison:
    def __init__(self, old, new):
        self.old, self.new = old, new
        self.found = []
        self.seen = set()

    def say(self, where, what):
        self.found.append(f"{where}: {what}")

    def run(self):
        for path, old in self.old["paths"].items():
            new = self.new["paths"].get(path)
            if new is None:
                self.say(path, "the path is gone")
                continue
            for method, operation in old.items():
                where = f"{method.upper()} {path}"
                if method in new:
                    self.operation(where, operation, new[method])
                else:
                    self.say(where, "the method is gone")
        return self.found

    def operation(self, where, old, new):
        if old["operationId"] != new["operationId"]:
            self.say(where, f"it is called {new['operationId']} now, not {old['operationId']}")
        if new["security"] and not old["security"]:
            self.say(where, "it is for parties alone now")
        for act in sorted(set(old.get("x-certmark-acts", [])) - set(new.get("x-certmark-acts", []))):
            self.say(where, f"it is not for whoever may {act} any more")
        self.parameters(where, old, new)
        self.body(where, old, new)
        self.answer(where, old, new)

    def parameters(self, where, old, new):
        before = {(each["in"], each["name"]): each for each in old["parameters"]}
        after = {(each["in"], each["name"]): each for each in new["parameters"]}
        for key, parameter in before.items():
            name = f"{where}, {key[0]} parameter {key[1]}"
            if key not in after:
                self.say(name, "it is gone")
                continue
            if after[key].get("required") and not parameter.get("required"):
                self.say(name, "it is required now")
            self.schema(name, parameter["schema"], after[key]["schema"])
        for key, parameter in after.items():
            if key not in before and parameter.get("required"):
                self.say(f"{where}, {key[0]} parameter {key[1]}", "it is new and required")

    def body(self, where, old, new):
        if "requestBody" not in old:
            if "requestBody" in new:
                self.say(where, "it takes a body now")
            return
        if "requestBody" not in new:
            self.say(where, "it takes no body any more")
            return
        if new["requestBody"].get("required") and not old["requestBody"].get("required"):
            self.say(where, "its body is required now")
        self.content(f"{where}, body", old["requestBody"]["content"], new["requestBody"]["content"])

    def answer(self, where, old, new):
        for status, response in old["responses"].items():
            if status not in new["responses"]:
                self.say(where, f"no {status} is described any more")
                continue
            before = self.resolved(self.old, response)
            after = self.resolved(self.new, new["responses"][status])
            self.content(f"{where}, answer {status}", before.get("content", {}), after.get("content", {}))

    def content(self, where, old, new):
        for media_type, content in old.items():
            if media_type in new:
                self.schema(where, content["schema"], new[media_type]["schema"])
            else:
                self.say(where, f"no {media_type} any more")

    def schema(self, where, old, new):
        # A schema that two places share is looked at once; one that refers to itself ends.
        key = (old.get("$ref"), new.get("$ref"))
        if key != (None, None):
            if key in self.seen:
                return
            self.seen.add(key)
            where = key[0].rpartition("/")[2] if key[0] else where
        old, new = self.resolved(self.old, old), self.resolved(self.new, new)
        for word in KIND:
            if old.get(word) != new.get(word):
                self.say(where, f"{word} is {new.get(word)} now, not {old.get(word)}")
        if new.get("minimum", 0) > old.get("minimum", 0):
            self.say(where, f"it is at least {new['minimum']} now")
        self.values(where, old, new)
        self.members(where, old, new)
        if "items" in old and "items" in new:
            self.schema(f"{where}[]", old["items"], new["items"])

    def values(self, where, old, new):
        if "enum" in new and "enum" not in old:
            self.say(where, "it is one of a few values now")
        for value in old.get("enum", []):
            if "enum" in new and value not in new["enum"]:
                self.say(where, f"the value {value} is gone")

    def members(self, where, old, new):
        after = new.get("properties", {})
        for name, member in old.get("properties", {}).items():
            if name in after:
                self.schema(f"{where}.{name}", member, after[name])
            else:
                self.say(f"{where}.{name}", "the member is gone")
        for name in sorted(set(new.get("required", [])) - set(old.get("required", []))):
            self.say(f"{where}.{name}", "it is required now")

    @staticmethod
    def resolved(document, schema):
        """What a reference leads to, with what stands beside it."""
        while "$ref" in schema:
            found = document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = {**found, **{k: v for k, v in schema.items() if k not in ("$ref", "description")}}
        return schema


def breaking(old, new):
    return Comparison(old, new).run()


def released(beside):
    """The description as it was released last; None: nothing was, or this is no repository."""
    def git(*words):
        done = subprocess.run(["git", "-C", str(beside.resolve().parent), *words], capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else None

    try:
        tag = git("describe", "--tags", "--abbrev=0", "--match", "v*")
        text = tag and git("show", f"{tag.strip()}:docs/openapi.json")
    except FileNotFoundError:
        return None
    return json.loads(text) if text else None


def main(words):
    if len(words) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 3
    new_file = pathlib.Path(words[1])
    new = json.loads(new_file.read_text(encoding="utf-8"))
    old = released(new_file) if words[0] == "--released" else json.loads(pathlib.Path(words[0]).read_text(encoding="utf-8"))
    if old is None:
        print("Nothing was released yet, so that nothing can break.")
        return 0
    found = breaking(old, new)
    print("\n".join(found) if found else "Nothing breaks.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
