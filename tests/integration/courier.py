"""The couriers of deliveries, driven by a test: the program `deliver`, and certificates for servers that it calls."""
import subprocess


class Failed(Exception):
    """Something did not go as promised; the message is for a person."""


def require(holds, what):
    if not holds:
        raise Failed(what)


class Courier:
    """A running `deliver`; each message is one attempt."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def carry(self, *words):
        """Returns what became of it, and why."""
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n").split("\t")
        require(len(answer) == 2, f"the courier of {words[0]} {words[1]} ended")
        outcome, why = answer
        require(len(why) <= 200 and why.isprintable() and why.isascii(), f"why is no bounded line of ASCII: {why!r}")
        return outcome, why

    def expect(self, wanted, part, *words):
        """Fails unless that is what became of it, and `part` is in why, which is returned."""
        outcome, why = self.carry(*words)
        require(outcome == wanted and part in why, f"{words[0]} {words[1]}: {outcome}, {why!r}; wanted {wanted}, {part!r}")
        return why


class Certificate:
    """A certificate that a server of these names shows, its own CA, and its key: two PEM files in `directory`."""

    def __init__(self, directory, name, *alternatives):
        self.file, self.key = directory / f"{name}.pem", directory / f"{name}.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             f"/CN={name}", "-addext", "subjectAltName=" + ",".join(alternatives), "-keyout", self.key, "-out", self.file],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
