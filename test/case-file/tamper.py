"""Changes a real case file in every way that the format knows and counts what the verifier lets through. Used by case-file.test.ts."""

import contextlib
import importlib.util
import io
import json
import os
import random
import sys
import tempfile

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify_case_file", sys.argv[1])
verifier = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)

with open(sys.argv[2], "rb") as file:
    original = file.read()
text = original.decode()
chance = random.Random(20260305)
crashes = []


def verdict(raw, at=""):
    """None when valid, else what is wrong. The file is read from disk, as it is in earnest."""
    with open(scratch, "wb") as file:
        file.write(raw)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            verifier.verify(scratch, [], None)
    except verifier.Invalid as error:
        return str(error)
    # What main() ends with its last net is found here, so that the net is for what nobody has thought of.
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        return f"shape: {type(error).__name__}"
    except Exception as error:  # pylint: disable=broad-except
        crashes.append(f"{at}: {type(error).__name__}")
        return "crash"
    return None


def with_events(change):
    document = json.loads(original)
    change(document["body"]["events"])
    return verifier.canonical(document).encode()


def ambiguous():
    """The same meaning to one reader and another to the next: none of it is what was signed."""
    def swapped(old, new, count=1):
        assert old in text, old
        return text.replace(old, new, count)

    events = text.index('"events":[')
    yield "byte order mark", "\ufeff" + text
    yield "UTF-16", text.encode("utf-16")
    yield "UTF-8 with a wrong byte", original[:100] + b"\xff" + original[100:]
    yield "overlong", original.replace(b'"seq":0', b'"seq":\xc0\xb0', 1)
    yield "a field twice, the last wins", swapped('"seq":1', '"seq":9,"seq":1')
    yield "a field twice, the same", swapped('"seq":1', '"seq":1,"seq":1')
    yield "the body twice", swapped('{"body":', '{"body":{},"body":')
    yield "the events twice", text[:events] + '"events":[],' + text[events:]
    yield "form written with an escape", swapped('"form"', '"f\\u006frm"')
    yield "a letter written with an escape", swapped('"received"', '"r\\u0065ceived"')
    yield "a slash written with an escape", swapped("/", "\\/")
    yield "half a character", swapped('"received"', '"\\ud800"')
    yield "halves in the wrong order", swapped('"received"', '"\\udc00\\ud800"')
    yield "1.0 for 1", swapped('"seq":1', '"seq":1.0')
    yield "1e0 for 1", swapped('"seq":1', '"seq":1e0')
    yield "true for 1", swapped('"seq":1', '"seq":true')
    yield "-0 for 0", swapped('"seq":0', '"seq":-0')
    yield "01 for 1", swapped('"seq":1', '"seq":01')
    yield "a text for a number", swapped('"seq":1', '"seq":"1"')
    yield "NaN", swapped('"seq":1', '"seq":NaN')
    yield "Infinity", swapped('"bytes":1234', '"bytes":Infinity')
    yield "a huge number", swapped('"bytes":1234', '"bytes":' + "9" * 5000)
    yield "a number beyond 2^53", swapped('"bytes":1234', '"bytes":9007199254740993')
    yield "a number of many digits", swapped('"bytes":1234', '"bytes":1' + "0" * 400)
    yield "a huge exponent", swapped('"bytes":1234', '"bytes":1e400')
    yield "trailing data", text + "{}"
    yield "trailing newline", text + "\n"
    yield "trailing zero byte", text + "\0"
    yield "leading space", " " + text
    yield "a comma too many", swapped(',"publicKey"', ',,"publicKey"')
    yield "a comma at the end", text[:-1] + ",}"
    yield "a comment", "/* */" + text
    yield "deep lists", "[" * 100_000
    yield "deep lists, closed", "[" * 100_000 + "]" * 100_000
    yield "deep objects", '{"a":' * 100_000
    yield "deep in a field", swapped('"seq":1', '"seq":' + "[" * 900 + "]" * 900)
    yield "nothing", b""
    yield "null", "null"
    yield "a list", "[" + text + "]"
    yield "a text", json.dumps(text)
    yield "an empty body", '{"body":{}}'
    yield "prototype names", swapped('"seq":1', '"__proto__":{},"seq":1')
    yield "a field more", swapped('{"body":', '{"aside":1,"body":')
    yield "a field more in the body", swapped('"form":', '"foreword":1,"form":')
    yield "upper-case hash", swapped(json.loads(text)["body"]["head"], json.loads(text)["body"]["head"].upper())


def reshaped():
    """Every value of the file once as each other kind of value."""
    kinds = [None, True, 0, -1, 2**53, "", "x", [], [[]], {}, {"a": 1}]

    def places(value, path=()):
        yield path
        if isinstance(value, dict):
            for key in value:
                yield from places(value[key], path + (key,))
        if isinstance(value, list):
            for index, inner in enumerate(value):
                yield from places(inner, path + (index,))

    whole = json.loads(text)
    for path in places(whole):
        if not path:
            continue
        for kind in kinds:
            document = json.loads(text)
            holder = document
            for step in path[:-1]:
                holder = holder[step]
            if type(holder[path[-1]]) is type(kind) and holder[path[-1]] == kind:
                continue
            holder[path[-1]] = kind
            yield f"{path} = {kind!r}", json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def spliced():
    """Bytes cut out, doubled, exchanged and thrown in, at places that chance chooses."""
    for _ in range(600):
        at, length = chance.randrange(len(original)), chance.randrange(1, 200)
        other = chance.randrange(len(original))
        piece = original[at : at + length]
        yield f"cut {at}+{length}", original[:at] + original[at + length :]
        yield f"doubled {at}+{length}", original[: at + length] + piece + original[at + length :]
        moved = original[:at] + original[at + length :]
        yield f"moved {at}+{length} to {other}", moved[:other] + piece + moved[other:]
        yield f"noise at {at}", original[:at] + chance.randbytes(length) + original[at:]
        yield f"truncated {at}", original[:at]


def bytes_of(raw):
    return raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw


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
        if verdict(bytes(raw), f"byte {at}") is None:
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
    mangled = 0
    for source in (ambiguous(), reshaped(), spliced()):
        for what, raw in source:
            raw = bytes_of(raw)
            # Moving a piece onto itself changes nothing, and words may be taken out.
            if raw == original or what == "('openings',) = []":
                continue
            mangled += 1
            if verdict(raw, what) is None:
                accepted.append(what)
finally:
    os.unlink(scratch)

print(json.dumps({"flips": flips, "mangled": mangled, "events": count, "accepted": accepted, "named": named, "crashes": crashes}))
