"""The head of the record log that an authority appends to its public log once a day, at the first tick of a day's first daemon."""
import time

import story

PATIENCE = 60  # seconds that the daemon may take for it here
NEWEST = 100  # entries that are looked through for it


def await_head(tale):
    """Waits for today's, so that entries may be counted from here on."""
    begun = time.monotonic()
    while True:
        size = tale.run("officer", "log", "checkpoint")["size"]
        newest = range(max(0, size - NEWEST), size)
        if any(tale.run("officer", "log", "entry", index)["type"] == "certmark-record+jwt" for index in newest):
            return
        if time.monotonic() - begun > PATIENCE:
            raise story.Failed(f"no head of the record log in {PATIENCE} s, of {size} entries")
        time.sleep(0.5)
