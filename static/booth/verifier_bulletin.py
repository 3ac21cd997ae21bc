#!/usr/bin/env python3
"""Vérifie un bulletin ouvert, sans la page qui l'a fabriqué. Il ne faut que Python 3.10 ou plus récent.

    python3 verifier_bulletin.py bulletin-ouvert.json election.json

bulletin-ouvert.json : le fichier enregistré en ouvrant votre bulletin. election.json : celui que la page du scrutin publie.
Le programme dit ce que chaque enveloppe contient, et l'empreinte du bulletin : ce doit être celle que la page montrait avant
l'ouverture.

An envelope is (g^r, y^r * g^m), in the group BELENIOS-2048. Who knows r finds m again.
"""

import base64
import hashlib
import json
import sys

P = 20694785691422546401013643657505008064922989295751104097100884787057374219242717401922237254497684338129066633138078958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980030790491654063777173764198678527273474476341835600035698305193144284561701911000786737307333564123971732897913240474578834468260652327974647951137672658693582180046317922073668860052627186363386088796882120769432366149491002923444346373222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507711827842317498073276598828825169183103125680162072880719  # fmt: skip
G = 2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298749389095083896573425601900601068477164491735474137283104610458681314511781646755400527402889846139864532661215055797097162016168270312886432456663834863635782106154918419982534315189740658186868651151358576410138882215396016043228843603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173495194248967754052573659049492477631475991575198775177711481490920456600205478127054728238140972518639858334115700568353695553423781475582491896050296680037745308460627  # fmt: skip


def fingerprint(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def holds(envelope, nonce, mark, key):
    alpha = pow(G, int(nonce), P)
    beta = pow(key, int(nonce), P) * (G if mark == 1 else 1) % P
    return mark in (0, 1) and (int(envelope["alpha"]), int(envelope["beta"])) == (alpha, beta)


def faults(opened, election_text):
    """Return what is wrong with an opened ballot, in French; nothing when all is right."""
    election = json.loads(election_text)
    ballot = opened["ballot"]
    found = []
    if ballot["election_hash"] != fingerprint(election_text):
        found.append("Ce bulletin n'est pas celui de cette élection.")
    if fingerprint(json.dumps(ballot, separators=(",", ":"), ensure_ascii=False)) != opened["hash"]:
        found.append("L'empreinte écrite dans le fichier n'est pas celle du bulletin.")
    if (
        len(
            {
                len(part)
                for part in (ballot["answers"], opened["marks"], opened["nonces"], election["questions"])
            }
        )
        > 1
    ):
        return [*found, "Le bulletin n'a pas autant de réponses que l'élection a de questions."]
    key = int(election["public_key"])
    sealed = zip(ballot["answers"], opened["marks"], opened["nonces"], strict=True)
    for number, (answer, marks, nonces) in enumerate(sealed, 1):
        is_whole = len(answer["choices"]) == len(marks) == len(nonces)
        if not is_whole or not all(map(holds, answer["choices"], nonces, marks, [key] * len(marks))):
            found.append(f"Question {number} : une enveloppe ne contient pas ce qui est annoncé.")
    return found


def said(opened, election):
    for question, marks in zip(election["questions"], opened["marks"], strict=True):
        names = (["(vote blanc)"] if question.get("blank") else []) + question["answers"]
        chosen = [name for name, mark in zip(names, marks, strict=True) if mark == 1]
        yield f"{question['question']} : {', '.join(chosen) or '(rien)'}"


def main(opened_path, election_path):
    with open(opened_path, encoding="utf-8") as file:
        opened = json.load(file)
    with open(election_path, encoding="utf-8", newline="") as file:
        election_text = file.read()
    found = faults(opened, election_text)
    if found:
        print("\n".join(["ATTENTION : ce bulletin n'est pas bon.", *found]))
        return 1
    print("Le bulletin contient :")
    for line in said(opened, json.loads(election_text)):
        print("  " + line)
    print("Empreinte : " + opened["hash"])
    print("Comparez-la à celle que la page montrait avant l'ouverture.")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
