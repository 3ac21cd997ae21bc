#!/usr/bin/env python3
"""Check an exported register: python3 verifier_registre.py registre.json

Anybody runs this file alone, with Python 3.9 or later and nothing else. The site makes its fingerprints with the same functions.
Each line holds the fingerprint of what was deposited and that of the line before: none can be changed, removed, added in between or
moved without every later fingerprint changing.
"""

import hashlib
import json
import sys

FORMAT = "civic-registre-1"


def canonical(value: object) -> bytes:
    """Write a value in the one way that everybody writes it: keys in order, no space, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def digest(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def content_fingerprint(content: "dict[str, object]") -> str:
    """Return the fingerprint of what was deposited.

    content: ``name`` (empty: not published), ``text``, ``files`` (the SHA-256 of each), ``nonce`` (drawn at random: who does not hold it
    cannot try texts one after the other until the fingerprint of a masked one comes out).
    """
    return digest({name: content[name] for name in ("name", "text", "files", "nonce")})


def line_fingerprint(previous: str, line: "dict[str, object]") -> str:
    """Return the fingerprint of a line: what it holds, and the line before."""
    kept = {name: line[name] for name in ("number", "deposited_at", "received_at", "channel", "fingerprint")}
    return digest({"previous": previous, **kept})


def first_link(inquiry: "dict[str, object]") -> str:
    """Return what the first line follows: the inquiry itself."""
    return digest({"format": FORMAT, **{name: inquiry[name] for name in ("id", "order_number", "order_on")}})


def problems_of(register: "dict[str, object]") -> "list[str]":
    """Return what is wrong in an exported register, in sentences; nothing when it holds."""
    inquiry, lines = register["inquiry"], register["lines"]
    if register.get("format") != FORMAT or not isinstance(inquiry, dict) or not isinstance(lines, list):
        return ["Ce fichier n'est pas un registre que ce programme sait lire."]
    told, previous = [], first_link(inquiry)
    for rank, line in enumerate(lines, start=1):
        if line["number"] != rank:
            told.append(f"L'observation n° {rank} manque, ou n'est pas à sa place.")
            return told
        content = line.get("content")
        if content is not None and content_fingerprint(content) != line["fingerprint"]:
            told.append(f"Observation n° {rank} : le texte n'est pas celui qui a été déposé.")
        if line_fingerprint(previous, line) != line["line"]:
            told.append(f"Observation n° {rank} : la ligne ne suit pas la précédente.")
            return told
        previous = line["line"]
    if previous != register["head"]:
        told.append(
            "L'empreinte du registre n'est pas celle de sa dernière ligne : il manque des observations à la fin."
        )
    return told


def main(path: str) -> int:
    try:
        with open(path, encoding="utf-8") as file:
            register = json.load(file)
        told = problems_of(register)
    except (KeyError, TypeError, ValueError):
        told = ["Ce fichier est incomplet."]
    if told:
        print("\n".join(told))
        return 1
    lines = register["lines"]
    masked = sum(line.get("content") is None for line in lines)
    print(f"Le registre est intact : {len(lines)} observation(s), dont {masked} masquée(s).")
    print(f"Empreinte : {register['head']}")
    print("Comparez-la avec celle qui a été publiée à la clôture, et avec votre preuve de dépôt.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else print(__doc__) or 2)
