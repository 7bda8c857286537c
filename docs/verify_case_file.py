#!/usr/bin/env python3
"""Verifies a case file of a rights request. Standard library only; shares no code with the product.

    python3 verify_case_file.py case-file.json [--receipt receipt.json] [--key public-key.pem]

Prints "valid" and exits 0, or says what is wrong first and exits 1. docs/case-file.md describes the format.
"""

import argparse
import base64
import hashlib
import json
import sys

CASE_FILE = "rights-desk-case-file-1"
RECEIPT = "rights-desk-receipt-1"
TRANSMISSION_RECEIPT = "rights-desk-transmission-receipt-1"

# --- ECDSA over NIST P-256 (FIPS 186-5), verification only -------------------------------------------------------

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    1,
)
# What stands before the point in a SubjectPublicKeyInfo of this curve.
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


class Invalid(Exception):
    """What is wrong, in words."""


# Points are (x, y, z) for (x / z^2, y / z^3); z = 0 is the point at infinity.
INFINITY = (1, 1, 0)


def double(point):
    x, y, z = point
    slope = 3 * (x - z * z) * (x + z * z) % P
    square = y * y % P
    s = 4 * x * square % P
    x3 = (slope * slope - 2 * s) % P
    return x3, (slope * (s - x3) - 8 * square * square) % P, 2 * y * z % P


def add(a, b):
    if a[2] == 0 or b[2] == 0:
        return b if a[2] == 0 else a
    za, zb = a[2] * a[2] % P, b[2] * b[2] % P
    ua, ub = a[0] * zb % P, b[0] * za % P
    sa, sb = a[1] * b[2] * zb % P, b[1] * a[2] * za % P
    if ua == ub:
        return double(a) if sa == sb else INFINITY
    h, r = (ub - ua) % P, (sb - sa) % P
    hh = h * h % P
    v = ua * hh % P
    x = (r * r - h * hh - 2 * v) % P
    return x, (r * (v - x) - sa * h * hh) % P, h * a[2] * b[2] % P


def sum_of_multiples(u, a, v, b):
    """u * a + v * b, both in one pass over the bits."""
    both, result = add(a, b), INFINITY
    for bit in range(255, -1, -1):
        result = double(result)
        take = (u >> bit & 1, v >> bit & 1)
        if any(take):
            result = add(result, {(1, 0): a, (0, 1): b, (1, 1): both}[take])
    return result


def read_point(pem):
    if not pem.isascii():
        raise Invalid("the public key is not a PEM public key")
    lines = pem.split("\n")
    if lines[0] != "-----BEGIN PUBLIC KEY-----" or lines[-2:] != ["-----END PUBLIC KEY-----", ""]:
        raise Invalid("the public key is not a PEM public key")
    der = decode_base64("".join(lines[1:-2]), "the public key")
    if len(der) != 91 or not der.startswith(SPKI_PREFIX):
        raise Invalid("the public key is not an uncompressed key of the curve P-256")
    x, y = int.from_bytes(der[27:59], "big"), int.from_bytes(der[59:], "big")
    if x >= P or y >= P or (y * y - (x * x * x - 3 * x + B)) % P != 0:
        raise Invalid("the public key is not a point of the curve")
    return x, y, 1


def decode_base64(text, what):
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Invalid(f"{what} is not base64") from error
    # Some last characters hold bits that decoding ignores.
    if base64.b64encode(decoded).decode() != text:
        raise Invalid(f"{what} is not written as base64 should be")
    return decoded


def read_signature(text):
    der = decode_base64(text, "the signature")
    numbers = []
    if len(der) < 2 or der[0] != 0x30 or der[1] != len(der) - 2:
        raise Invalid("the signature is not a DER sequence")
    at = 2
    while at < len(der):
        length = der[at + 1] if at + 1 < len(der) else 0
        body = der[at + 2 : at + 2 + length]
        if der[at] != 0x02 or length == 0 or len(body) != length or body[0] & 0x80:
            raise Invalid("the signature does not hold two positive numbers")
        if length > 1 and body[0] == 0 and not body[1] & 0x80:
            raise Invalid("the signature's numbers are not written in their shortest form")
        numbers.append(int.from_bytes(body, "big"))
        at += 2 + length
    if len(numbers) != 2 or not all(0 < number < N for number in numbers):
        raise Invalid("the signature does not hold two numbers of the curve")
    return numbers


def is_signed(message, signature, pem):
    r, s = read_signature(signature)
    key = read_point(pem)
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, N)
    x, _, z = sum_of_multiples(digest * inverse % N, G, r * inverse % N, key)
    return z != 0 and x * pow(z, -2, P) % P % N == r


# --- The file ----------------------------------------------------------------------------------------------------


def shown(value):
    """Part of a file as it may stand in a message: short, in ASCII, without anything that a terminal would obey."""
    text = str(value).encode("ascii", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:80]


def canonical(value):
    """Keys sorted, no white space, nothing escaped that need not be."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def is_number(value):
    """A whole number; True is 1 to Python, and to nobody else."""
    return isinstance(value, int) and not isinstance(value, bool)


def read_json(text, what):
    """JSON that every reader reads alike: no name twice in an object, whole numbers that all languages hold, no half characters."""

    def members(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise Invalid(f"{what} names a field twice")
        return dict(pairs)

    def whole(digits):
        if len(digits.lstrip("-")) > 16 or abs(int(digits)) > 2**53 - 1:
            raise Invalid(f"{what} holds a number that is too large")
        return int(digits)

    def refuse(_):
        raise Invalid(f"{what} holds a number that is not whole")

    try:
        value = json.loads(text, object_pairs_hook=members, parse_int=whole, parse_float=refuse, parse_constant=refuse)
        canonical(value).encode()
        return value
    except UnicodeEncodeError as error:
        raise Invalid(f"{what} holds half a character") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{what} is not readable JSON") from error


def load(path, forms):
    try:
        with open(path, "rb") as file:
            text = file.read().decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"{shown(path)} is not readable text") from error
    document = read_json(text, shown(path))
    if not isinstance(document, dict) or not isinstance(document.get("body"), dict):
        raise Invalid(f"{shown(path)} has no body")
    if document["body"].get("form") not in forms:
        raise Invalid(f"{shown(path)} is not a file of the form {' or '.join(forms)}")
    return text, document


def check_chain(events):
    """Names the first event that does not follow from the one before."""
    if not isinstance(events, list) or not events:
        raise Invalid("there are no events")
    previous = "0" * 64
    for number, event in enumerate(events):
        if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
            raise Invalid(f"event {number} is broken: it is no event")
        named = name_of(number, event)
        if not is_number(event.get("seq")) or event["seq"] != number:
            raise Invalid(f"{named}: its number is {shown(event.get('seq'))}, so one is missing, added or moved")
        if event.get("prev") != previous:
            raise Invalid(f"{named}: it does not follow the event before it")
        body = {key: value for key, value in event.items() if key != "hash"}
        if event.get("hash") != sha256(canonical(body)):
            raise Invalid(f"{named}: its content is not what was recorded")
        previous = event["hash"]
    return previous


def name_of(number, event):
    return f"event {number} ({shown(event.get('type'))}, {shown(event.get('at'))}) is broken"


def check_signature(text, document, trusted):
    body, pem, signature = document["body"], document.get("publicKey"), document.get("signature")
    if not isinstance(pem, str) or not isinstance(signature, str):
        raise Invalid("the signature or the public key is missing")
    if sha256(pem) != body.get("signedWith"):
        raise Invalid("the public key is not the one that the file says it was signed with")
    if trusted is not None and pem.strip() != trusted.strip():
        raise Invalid("the public key is not the one that you trust")
    if not is_signed(canonical(body).encode(), signature, pem):
        raise Invalid("the signature does not fit: something outside the chain was changed, or the whole was rewritten")
    unknown = set(document) - {"body", "signature", "publicKey", "openings"}
    if unknown:
        raise Invalid(f"the file holds what no signature covers: {shown(sorted(unknown))}")
    # Last, because it says less: a byte that means nothing was changed.
    if canonical(document) != text:
        raise Invalid("the file is not written byte for byte as it was signed")


def check_packages(body):
    """The list of packages must be what the chain says."""
    told = [
        {key: value for key, value in (("seq", event["seq"]), ("at", event["at"]), ("event", event["type"]),
                                       ("hash", event["data"].get("hash")), ("bytes", event["data"].get("bytes")))
         if value is not None}
        for event in body["events"]
        if event["type"] in ("package-built", "released")
    ]
    if told != body.get("packages"):
        raise Invalid("the packages are not those of the events")


def check_words(document):
    """Words that were added must be those that were committed to; words that were destroyed are simply not there."""
    commitments = {one["name"]: one["commitment"] for one in document["body"].get("sealed", [])}
    openings = document.get("openings", [])
    opened = {}
    if not isinstance(openings, list):
        raise Invalid("the added words are not a list")
    for opening in openings:
        if not isinstance(opening, dict) or set(opening) != {"name", "salt", "value"}:
            raise Invalid("one of the added words is not written as added words are")
        name = opening["name"]
        if not all(isinstance(part, str) for part in opening.values()) or name not in commitments:
            raise Invalid(f"the words under {shown(name)!r} were never committed to")
        if name in opened:
            raise Invalid(f"the words under {shown(name)!r} are there twice")
        if sha256(f"{opening['salt']}\n{opening['value']}") != commitments[name]:
            raise Invalid(f"the words under {shown(name)!r} are not those that were sealed")
        opened[name] = opening["value"]
    return opened, len(commitments)


def check_spoken_of(events, opened):
    """An event that speaks of words commits to them when it is recorded: later ones in their place are found here."""
    found = 0
    for number, event in enumerate(events):
        name, commitment = event["data"].get("words"), event["data"].get("commitment")
        if not isinstance(name, str) or name not in opened:
            continue
        words = read_json(opened[name], f"the value under {shown(name)!r}")
        salt = words.pop("salt", None) if isinstance(words, dict) else None
        if not isinstance(salt, str) or sha256(f"{salt}\n{canonical(words)}") != commitment:
            raise Invalid(f"{name_of(number, event)}: the words under {shown(name)!r} are not those that it speaks of")
        found += 1
    return found


def check_receipt(path, body, trusted):
    text, receipt = load(path, (RECEIPT, TRANSMISSION_RECEIPT))
    check_signature(text, receipt, trusted)
    said = receipt["body"]
    if said.get("reference") != body["request"]["reference"]:
        raise Invalid("the receipt is for another request")
    count = said.get("events")
    if not is_number(count) or count > len(body["events"]):
        raise Invalid("the receipt knows of events that the case file lacks")
    if count < 1 or body["events"][count - 1]["hash"] != said.get("head"):
        raise Invalid(f"the case file tells another story than the receipt: event {count - 1} differs")
    if said["form"] == TRANSMISSION_RECEIPT:
        event = body["events"][count - 1]
        data = event["data"]
        told = {"number": data.get("number"), "host": data.get("host"), "package": data.get("hash"),
                "bytes": data.get("bytes"), "at": event.get("at")}
        if event.get("type") != "transmitted" or told != said.get("transmission"):
            raise Invalid(f"the receipt tells of another transmission than event {count - 1}")


def verify(path, receipts, trusted):
    text, document = load(path, (CASE_FILE,))
    body = document["body"]
    head = check_chain(body.get("events"))
    if body.get("head") != head:
        raise Invalid("the head is not the last event: events are missing at the end")
    check_signature(text, document, trusted)
    check_packages(body)
    opened, sealed = check_words(document)
    spoken_of = check_spoken_of(body["events"], opened)
    for receipt in receipts:
        check_receipt(receipt, body, trusted)
    events = body["events"]
    print(f"valid: request {shown(body['request']['reference'])}, {len(events)} events up to {shown(events[-1]['at'])}")
    print(f"words: {len(opened)} of {sealed} sealed values are in this file and are what was sealed")
    print(f"words: {spoken_of} of them are what events of the trail speak of, unchanged since")
    print(f"signed with the key whose PEM has the SHA-256 {shown(body['signedWith'])}")
    if trusted is None:
        print("note: compare that key with one that you have from elsewhere (--key); a forger would have signed with their own")


def main():
    parser = argparse.ArgumentParser(description="Verifies a case file of a rights request.")
    parser.add_argument("file")
    parser.add_argument("--receipt", action="append", default=[],
                        help="a receipt of the subject, to be checked against the file; may be given several times")
    parser.add_argument("--key", help="the controller's public key, PEM, from a source that you trust")
    asked = parser.parse_args()
    try:
        trusted = None
        if asked.key is not None:
            with open(asked.key, encoding="utf-8") as file:
                trusted = file.read()
        verify(asked.file, asked.receipt, trusted)
    except OSError as error:
        sys.exit(f"invalid: {shown(error.filename)} cannot be read")
    except Invalid as error:
        sys.exit(f"invalid: {error}")
    # A file can be wrong in ways that nobody thought of, and is not valid then either.
    except Exception as error:  # pylint: disable=broad-except
        sys.exit(f"invalid: the file does not have the expected shape ({type(error).__name__})")


if __name__ == "__main__":
    main()
