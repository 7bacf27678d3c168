"""What the tests of marks share: the program that serves one in each state, and asking it."""
import argparse
import contextlib
import http.client
import subprocess
import sys
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("en", "zh")
LIMIT = 60  # seconds; reached only when something is broken


class Failed(Exception):
    """A claim does not hold; the message says which."""


def claim(holds, what):
    if not holds:
        raise Failed(what)


class Marks:
    """The marks that a program serves: `paths` by state, without their ending."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline().split()
        claim(ready[:1] == ["ready:"], f"{program} did not start")
        self.url = ready[1]
        self.paths = {}
        while len(self.paths) < 7:
            state, path = self.process.stdout.readline().split()
            self.paths[state] = path

    def ask(self, target, method="GET", **headers):
        """The answer to a request: status, headers, body."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=LIMIT)
        try:
            connection.request(method, target, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def drawing(self, state, **query):
        """A mark as a tree."""
        target = self.paths[state] + ".svg?" + "&".join(f"{name}={value}" for name, value in query.items())
        return ET.fromstring(self.ask(target.rstrip("?"))[2])


def of_class(tree, name):
    """The first element of a class."""
    return next(each for each in tree.iter() if name in each.get("class", "").split())


@contextlib.contextmanager
def marks_of(program):
    marks = Marks(program)
    try:
        yield marks
    finally:
        marks.process.communicate()


def run(test, more_arguments=()):
    """Runs a test of marks as a program."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--program", required=True)
    for argument, what in more_arguments:
        parser.add_argument(argument, help=what)
    arguments = parser.parse_args()
    try:
        with marks_of(arguments.program) as marks:
            return test(marks, arguments)
    except Failed as why:
        sys.exit(f"{parser.prog}: NOT SO: {why}")
