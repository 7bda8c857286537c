"""Changes a real case file in every way that the format knows and counts what the verifier lets through. Used by case-file.test.ts."""

import contextlib
import importlib.util
import io
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify_case_file", sys.argv[1])
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)

with open(sys.argv[2], "rb") as file:
    original = file.read()


def verdict(raw):
    """None when valid, else what is wrong. The file is read from disk, as it is in earnest."""
    with open(scratch, "wb") as file:
        file.write(raw)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            verifier.verify(scratch, None, None)
    except verifier.Invalid as error:
        return str(error)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        return f"shape: {type(error).__name__}"
    return None


def with_events(change):
    document = json.loads(original)
    change(document["body"]["events"])
    return verifier.canonical(document).encode()


fd, scratch = tempfile.mkstemp(suffix=".json")
os.close(fd)
accepted = []
named = {"dropped": [], "swapped": [], "inserted": []}
try:
    assert verdict(original) is None, verdict(original)
    flips = 0
    for at in range(len(original)):
        # Every byte, one bit each, a different one from byte to byte.
        raw = bytearray(original)
        raw[at] ^= 1 << (at % 8)
        flips += 1
        if verdict(bytes(raw)) is None:
            accepted.append(f"byte {at}")
    count = len(json.loads(original)["body"]["events"])
    for number in range(count):
        told = verdict(with_events(lambda events: events.pop(number)))
        named["dropped"].append(told)
        told = verdict(with_events(lambda events: events.insert(number, dict(events[number]))))
        named["inserted"].append(told)
    for number in range(count - 1):
        def swap(events):
            events[number], events[number + 1] = events[number + 1], events[number]
        named["swapped"].append(verdict(with_events(swap)))
    for cut in (1, 2, len(original) // 2):
        if verdict(original[:-cut]) is None:
            accepted.append(f"cut {cut}")
    for added in (b" ", b"\n", b"{}"):
        if verdict(original + added) is None or verdict(added + original) is None:
            accepted.append(f"added {added!r}")
finally:
    os.unlink(scratch)

print(json.dumps({"flips": flips, "events": count, "accepted": accepted, "named": named}))
