"""The verifier of archives whose ballots were separated from voters (level B): every file, every sum, and the counts done again."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civic.voting.formats.reading import FileOfRules, count_file, published_count
from civic.voting.methods.ballots import Tally
from civic.voting.methods.exact import canonical_json
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.publication import archive
from civic.voting.publication.files import SCRIPT_NAME, script_file
from civic.voting.register.chain import LineKind, RegisterDamaged, compare, read_register
from civic.voting.verification.report import Report

_SUM = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]*)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
FIRST_FORM = "civic-poll-1"
ROLL_KNOWN = N_("La liste électorale est celle qui a été figée à l’ouverture.")
ROLL_UNKNOWN = N_(
    "Ces bulletins viennent d’ailleurs : leur liste électorale n’est pas connue, et l’archive n’en contient pas."
)
TURNOUT_WITHIN = N_("Il n’y a pas plus de votants que d’inscrits.")
TURNOUT_SAID = N_("La participation est celle des bulletins reçus.")


@dataclass(frozen=True)
class Found:
    """What an archive holds, once its sums are checked."""

    folder: Path
    rules: dict[str, Any]
    turnout: dict[str, Any]
    seed: str

    @property
    def questions(self) -> int:
        return 1 if self.rules["format"] == FIRST_FORM else len(self.rules["questions"])


def is_separated(path: Path) -> bool:
    return (path / archive.RULES).is_file()


def verify_separated(path: Path, earlier: Path | None, progress: Callable[[int, int], None]) -> Report:
    """Verify an archive. Each check is one of the functions below; the first that fails ends the verification.

    Args:
        earlier: a copy saved before, whose rules and roll must be the same.
        progress: told which question is counted, and how many there are.
    """
    report = Report()
    if not _check(
        report, "sums", N_("Tous les fichiers sont là, et aucun n’a changé."), lambda: _check_sums(path)
    ):
        return report
    found: list[Found] = []
    if not _check(report, "rules", N_("Les règles figées se lisent."), lambda: found.append(_read(path))):
        return report
    poll = found[0]
    has_roll = "roll" in poll.rules
    checks: list[tuple[str, str, Callable[[], None]]] = [
        ("roll", ROLL_KNOWN if has_roll else ROLL_UNKNOWN, lambda: _check_roll(poll)),
        ("turnout", TURNOUT_WITHIN if has_roll else TURNOUT_SAID, lambda: _check_turnout(poll)),
    ]
    if earlier is not None:
        checks.append(
            (
                "earlier",
                N_("Les règles et la liste sont celles de la copie plus ancienne."),
                lambda: _check_same(path, earlier),
            )
        )
    if not all(_check(report, code, title, verify) for code, title, verify in checks):
        return report
    if not _check_register(report, poll, earlier):
        return report
    for position in range(1, poll.questions + 1):
        progress(position, poll.questions)
        if not _check_question(report, poll, position):
            return report
    _tell(report, poll)
    return report


def _check(report: Report, code: str, title: str, verify: Callable[[], None], **values: Any) -> bool:
    """Make one check, and note what came of it."""
    try:
        verify()
    except CountRefused as refused:
        report.failed(code, title % values if values else title, refused)
        return False
    except (KeyError, TypeError, ValueError, AttributeError):
        report.failed(
            code, title % values if values else title, CountRefused(N_("Un fichier est mal écrit."))
        )
        return False
    report.passed(code, title, **values)
    return True


def _check_sums(path: Path) -> None:
    sums: dict[str, str] = {}
    for number, line in enumerate(_text(path / archive.SUMS).splitlines(), start=1):
        match = _SUM.fullmatch(line)
        if match is None or match[2] in sums:
            raise CountRefused(
                N_("Ligne %(line)s de %(name)s : elle est mal écrite, ou là deux fois."),
                line=number,
                name=archive.SUMS,
            )
        sums[match[2]] = match[1]
    there = {file.name for file in path.iterdir()} - {archive.SUMS}
    if missing := sorted(sums.keys() - there):
        raise CountRefused(N_("Il manque : %(names)s."), names=", ".join(missing))
    if foreign := sorted(there - sums.keys()):
        raise CountRefused(N_("Ces fichiers ne sont pas de l’archive : %(names)s."), names=", ".join(foreign))
    for name, digest in sums.items():
        if _sum_of(path / name) != digest:
            raise CountRefused(N_("« %(name)s » a changé : sa somme SHA-256 n’est plus la même."), name=name)


def _read(path: Path) -> Found:
    text = _text(path / archive.RULES)
    try:
        rules, turnout = json.loads(text), json.loads(_text(path / archive.TURNOUT))
        is_canonical = canonical_json(rules) == text
        known = {"roll", "turnout", "by_channel"} == turnout.keys() and isinstance(turnout["turnout"], int)
        promised = rules.get("tie_seed_sha256")
        _ = rules["format"], rules["question"]
        if rules["format"] != FIRST_FORM:
            _ = [question["method"] for question in rules["questions"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CountRefused(N_("Le fichier des règles ou celui de la participation est mal écrit.")) from error
    if not is_canonical or not known:
        raise CountRefused(N_("Le fichier des règles ou celui de la participation est mal écrit."))
    seed = _text(path / archive.SEED) if (path / archive.SEED).is_file() else ""
    if promised is not None and hashlib.sha256(seed.encode()).hexdigest() != promised:
        raise CountRefused(N_("La graine des départages n’est pas celle que les règles figées annoncent."))
    return Found(path, rules, turnout, seed)


def _check_roll(poll: Found) -> None:
    frozen = poll.rules.get("roll")
    file = poll.folder / archive.ROLL
    if frozen is None:
        if file.exists() or poll.turnout["roll"] is not None:
            raise CountRefused(
                N_("Ce scrutin n’a pas de liste électorale connue, et l’archive en contient une.")
            )
        return
    if not file.is_file():
        raise CountRefused(N_("La liste électorale manque."))
    text = _text(file)
    digests = text.split("\n")
    if any(_DIGEST.fullmatch(one) is None for one in digests) or len(set(digests)) < len(digests):
        raise CountRefused(N_("La liste électorale est mal écrite, ou une personne y est deux fois."))
    if len(digests) != frozen["size"] or hashlib.sha256(text.encode()).hexdigest() != frozen["sha256"]:
        raise CountRefused(N_("La liste électorale n’est pas celle dont l’empreinte a été figée."))
    if poll.turnout["roll"] != frozen["size"]:
        raise CountRefused(N_("Le nombre d’inscrits n’est pas celui de la liste."))


def _check_turnout(poll: Found) -> None:
    turnout, channels = poll.turnout["turnout"], poll.turnout["by_channel"]
    received = poll.rules.get("ballots_file", {}).get("ballots", turnout)
    if received != turnout:
        raise CountRefused(N_("Le nombre de bulletins n’est pas celui du fichier reçu."))
    if poll.turnout["roll"] is not None and not 0 <= turnout <= poll.turnout["roll"]:
        raise CountRefused(N_("Il y a plus de votants que d’inscrits."))
    if channels and sum(channels.values()) != turnout:
        raise CountRefused(N_("Les votants de chaque canal ne font pas ensemble la participation."))


def _check_same(path: Path, earlier: Path) -> None:
    for name in (archive.RULES, archive.ROLL):
        files = [folder / name for folder in (path, earlier)]
        if [file.is_file() for file in files] == [False, False]:
            continue
        if not all(file.is_file() for file in files) or files[0].read_bytes() != files[1].read_bytes():
            raise CountRefused(N_("« %(name)s » n’est pas celui de la copie plus ancienne."), name=name)


def _check_register(report: Report, poll: Found, earlier: Path | None) -> bool:
    file = poll.folder / archive.REGISTER
    if not file.is_file():
        report.notices.append(N_("Cette archive ne contient pas de registre public."))
        return True
    return _check(
        report,
        "register",
        N_(
            "Le registre public se tient, et dit les mêmes règles, la même participation et les mêmes résultats."
        ),
        lambda: report.notices.append(_read_register(poll, earlier)),
    )


def _read_register(poll: Found, earlier: Path | None) -> str:
    """Check the register, and return what a reader has to compare."""
    try:
        lines = read_register(_text(poll.folder / archive.REGISTER))
        kept = earlier / archive.REGISTER if earlier is not None else None
        if kept is not None and kept.is_file() and not compare(read_register(_text(kept)), lines).is_sound:
            raise CountRefused(N_("Le registre n’est pas la suite de celui de la copie plus ancienne."))
    except RegisterDamaged as damaged:
        raise CountRefused(
            N_("Ligne %(line)s de %(name)s : le registre ne se tient plus."),
            line=damaged.line,
            name=archive.REGISTER,
        ) from damaged
    said = {line.kind: line.content for line in lines}
    first, closed = lines[0].content, said.get(LineKind.CLOSED, {})
    if first.get("rules") != _sum_of(poll.folder / archive.RULES) or _voters_of(first) != _voters_of(
        {"roll": poll.rules.get("roll"), "file": poll.rules.get("ballots_file")}
    ):
        raise CountRefused(N_("Le registre parle d’autres règles, ou d’une autre liste."))
    if closed.get("turnout", poll.turnout["turnout"]) != poll.turnout["turnout"]:
        raise CountRefused(N_("Le registre dit une autre participation."))
    for counted in said.get(LineKind.COUNTED, {}).get("results", []):
        _check_counted(poll, counted)
    return N_(
        "Tête du registre : %(hash)s. Comparez-la avec celle de votre récépissé, ou d’une copie gardée."
    ) % {"hash": lines[-1].hash}


def _voters_of(content: dict[str, Any]) -> Any:
    """Return the size and the digest of the roll, or of the file of ballots that stands for it."""
    said = content.get("roll") or content.get("file") or {}
    return {name: value for name, value in said.items() if name in ("size", "ballots", "sha256")}


def _check_counted(poll: Found, counted: dict[str, Any]) -> None:
    """The register has the digests of the result and of the ballots, as they are published."""
    position = counted["question"]
    if _sum_of(poll.folder / archive.RESULT.format(position=position)) != counted["result_sha256"]:
        raise CountRefused(N_("Le registre dit un autre résultat."))
    if (expected := counted.get("ballots_sha256")) and _sum_of(_ballots_of(poll, position)) != expected:
        raise CountRefused(N_("Le registre dit d’autres bulletins."))


def _sum_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_question(report: Report, poll: Found, position: int) -> bool:
    tallies: list[Tally] = []
    counted = _check(
        report,
        f"ballots-{position}",
        N_("Question %(position)s : il y a autant de bulletins que de votants."),
        lambda: tallies.append(_count(poll, position)),
        position=position,
    )
    return counted and _check(
        report,
        f"result-{position}",
        N_("Question %(position)s : recompté ici, le résultat est le même à l’octet près."),
        lambda: _check_result(poll, position, tallies[0]),
        position=position,
    )


def _ballots_of(poll: Found, position: int) -> Path:
    names = [archive.BALLOTS.format(position=position, suffix=suffix) for suffix in (".csv", ".pb")]
    files = [poll.folder / name for name in names if (poll.folder / name).is_file()]
    if len(files) != 1:
        raise CountRefused(
            N_("Il faut un fichier de bulletins, et un seul : %(names)s."), names=" ou ".join(names)
        )
    return files[0]


def _count(poll: Found, position: int) -> Tally:
    rules = FileOfRules(poll.folder / archive.RULES, position)
    tally = count_file(_ballots_of(poll, position), seed=poll.seed, rules=rules)
    if tally.turnout != poll.turnout["turnout"]:
        raise CountRefused(
            N_("Il y a %(ballots)s bulletins pour %(turnout)s votants."),
            ballots=tally.turnout,
            turnout=poll.turnout["turnout"],
        )
    return tally


def _check_result(poll: Found, position: int, tally: Tally) -> None:
    if _text(poll.folder / archive.RESULT.format(position=position)) != published_count(tally):
        raise CountRefused(N_("Le résultat publié n’est pas celui de ces bulletins."))


def _tell(report: Report, poll: Found) -> None:
    fingerprint = _sum_of(poll.folder / archive.RULES)
    report.facts = {"rules_sha256": fingerprint, **poll.turnout}
    report.notices.append(
        N_("Empreinte des règles : %(sha256)s. Comparez-la avec celle qui a été affichée à l’ouverture.")
        % {"sha256": fingerprint}
    )
    if _text(poll.folder / SCRIPT_NAME) != script_file().text:
        report.notices.append(
            N_(
                "Attention : %(name)s n’est pas celui de cette version du logiciel. Le décompte ci-dessus ne s’en sert pas."
            )
            % {"name": SCRIPT_NAME}
        )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise CountRefused(N_("« %(path)s » n’est pas écrit en UTF-8."), path=path.name) from error
