"""The public archive of a poll whose ballots were separated from voters: what its files are called, and their texts. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from civic.voting.methods.exact import canonical_json
from civic.voting.publication.files import SCRIPT_NAME, PublishedFile, recount_command, script_file

RULES, SEED, ROLL, TURNOUT = "regles.json", "graine.txt", "liste.txt", "participation.json"
REGISTER, READ_ME, SUMS = "registre.jsonl", "LISEZMOI.txt", "SHA256SUMS"
BALLOTS, RESULT = "bulletins-{position}{suffix}", "resultat-{position}.json"

INTRODUCTION = """Archive publique d’un scrutin
=============================

{title}

Ce dossier contient tout ce qui est publié de ce scrutin. Rien de ce qu’il contient ne dit qui a voté quoi.

  {rules:<20} les règles, les réponses et la liste, figées à l’ouverture. L’empreinte publiée alors est la
                       somme SHA-256 de ce fichier : {fingerprint}
  {roll:<20} une empreinte par personne inscrite ; sans le sel, que la mairie ne publie pas, on ne peut pas
                       y reconnaître quelqu’un. (Absent quand les bulletins viennent d’ailleurs.)
  {turnout:<20} combien de personnes étaient inscrites, et combien ont voté
  bulletins-N          les bulletins de la question N, triés : sans nom, sans heure et sans ordre d’arrivée
  resultat-N.json      le résultat de la question N, avec chaque étape du décompte
  {seed:<20} la graine dont les départages sont tirés ; les règles en annonçaient l’empreinte
  {register:<20} le registre public du scrutin, quand il y en a un
  {script:<20} le programme qui recompte, sans nous
  {sums:<20} la somme SHA-256 de chaque fichier

Vérifier que rien ne manque et que rien n’a changé :

    sha256sum --check {sums}

Recompter (il faut Python 3.11 ou plus récent, rien d’autre), puis comparer ; « cmp » ne dit rien quand tout est identique :

{commands}
"""


@dataclass(frozen=True)
class ArchivedQuestion:
    """A question: its ballots and its result, as they are published."""

    position: int
    ballots: PublishedFile
    result: PublishedFile

    @property
    def ballots_name(self) -> str:
        return BALLOTS.format(position=self.position, suffix=f".{self.ballots.name.rsplit('.', 1)[1]}")

    @property
    def result_name(self) -> str:
        return RESULT.format(position=self.position)


@dataclass(frozen=True)
class ArchivedPoll:
    """What goes into an archive.

    Attributes:
        roll: the digest of each person of the roll; None where nobody knows the roll.
        by_channel: how many voted by each channel.
        register: the public register, a line of JSON each; None where there is none.
    """

    title: str
    rules: str
    seed: str
    roll: Sequence[str] | None
    turnout: int
    by_channel: Mapping[str, int]
    questions: Sequence[ArchivedQuestion]
    register: str | None = None


def archive_files(poll: ArchivedPoll) -> dict[str, bytes]:
    """Return every file of the archive by its name, the sums of all the others last."""
    texts: dict[str, str] = {RULES: poll.rules, TURNOUT: _turnout(poll), SCRIPT_NAME: script_file().text}
    if poll.seed:
        texts[SEED] = poll.seed
    if poll.roll is not None:
        texts[ROLL] = "\n".join(sorted(poll.roll))
    if poll.register is not None:
        texts[REGISTER] = poll.register
    for question in poll.questions:
        texts[question.ballots_name] = question.ballots.text
        texts[question.result_name] = question.result.text
    texts[READ_ME] = _read_me(poll)
    files = {name: text.encode() for name, text in sorted(texts.items())}
    return {**files, SUMS: write_sums(files).encode()}


def write_sums(files: Mapping[str, bytes]) -> str:
    """Return the sums as ``sha256sum`` reads them."""
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())
    )


def _turnout(poll: ArchivedPoll) -> str:
    roll = None if poll.roll is None else len(poll.roll)
    return canonical_json({"roll": roll, "turnout": poll.turnout, "by_channel": dict(poll.by_channel)}) + "\n"


def _read_me(poll: ArchivedPoll) -> str:
    commands = []
    for question in poll.questions:
        command = recount_command(
            question.ballots_name,
            RULES,
            question=question.position,
            questions=len(poll.questions),
            seed=poll.seed,
        )
        commands += [f"    {command} > recompte.json", f"    cmp recompte.json {question.result_name}"]
    return INTRODUCTION.format(
        title=poll.title,
        rules=RULES,
        fingerprint=hashlib.sha256(poll.rules.encode()).hexdigest(),
        roll=ROLL,
        turnout=TURNOUT,
        seed=SEED,
        register=REGISTER,
        script=SCRIPT_NAME,
        sums=SUMS,
        commands="\n".join(commands),
    )
