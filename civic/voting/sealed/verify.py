"""The strict verifier of the archive of a sealed poll, at any moment of its life.

It refuses all that ``belenios-tool election verify`` 2.0 refuses and, besides, a ballot that is in the box twice, an older ballot put
back after a newer one, and a roll whose codes have weights (decision 14).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from civic.voting.methods.refusals import N_
from civic.voting.sealed.archive import EventKind, Head, SealedArchive, read_archive, setup_texts
from civic.voting.sealed.ballots import SealedBallot, check_ballot, read_ballot
from civic.voting.sealed.box import ballots_seen, ensure_new
from civic.voting.sealed.credentials import read_roll
from civic.voting.sealed.election import SealedElection, read_sealed_election
from civic.voting.sealed.parsing import sha256_base64
from civic.voting.sealed.refusals import BallotProblem, BallotRefused, SealedRefused
from civic.voting.sealed.tally import (
    EncryptedTally,
    PartialDecryption,
    Sums,
    add_up,
    check_partial_decryption,
    last_ballots,
    open_tally,
    read_owned,
    read_partial_decryption,
    read_result,
    write_encrypted_tally,
    write_owned,
    write_result,
    write_sized_tally,
)
from civic.voting.sealed.trustees import Trustees, read_trustees
from civic.voting.verification.report import Report

BallotProgress = Callable[[int, int], None]
"""Told of each ballot whose proofs were checked: its number, and how many there are."""

Mapper = Callable[[Callable[[SealedBallot], bool], Sequence[SealedBallot]], Iterable[bool]]
"""How a check is made of each ballot, in order: ``map``, or that of a pool of processes."""

Found = tuple[str, Mapping[str, object]]
"""What a step verified: a sentence, and its values."""

STAGES = {
    EventKind.SETUP: N_("Le vote est en cours : ces fichiers peuvent encore s’allonger."),
    EventKind.BALLOT: N_("Le vote est en cours : ces fichiers peuvent encore s’allonger."),
    EventKind.END_BALLOTS: N_("Le vote est clos ; le dépouillement n’a pas commencé."),
    EventKind.ENCRYPTED_TALLY: N_("Le vote est clos ; aucun dépositaire n’a encore ouvert le total."),
    EventKind.PARTIAL_DECRYPTION: N_(
        "Le vote est clos ; des dépositaires ont commencé à ouvrir le total, le résultat n’est pas publié."
    ),
}


BLANK = N_("Vote blanc")


def _be_silent(number: int, total: int) -> None:
    """Tell nobody."""


@dataclass
class Verification:
    """What is known of an archive, as its verification goes on."""

    content: bytes
    progress: BallotProgress = _be_silent
    mapper: Mapper = map
    ballots: list[SealedBallot] = field(default_factory=list)
    tally: EncryptedTally = ()
    counted: int = 0
    parts: dict[int, PartialDecryption] = field(default_factory=dict)
    archive: SealedArchive = field(init=False)
    election: SealedElection = field(init=False)
    trustees: Trustees = field(init=False)
    roll: tuple[str, ...] = field(init=False)

    def read_archive(self) -> Found:
        self.archive = read_archive(self.content)
        values = {"events": len(self.archive.events), "head": self.archive.head.hash}
        return N_("L’archive est entière ; dernier événement (%(events)s en tout) : %(head)s."), values

    def read_election(self) -> Found:
        raw, trustees, roll, setup = self.archive.events[0].texts
        _ensure_same_setup(self.archive, setup)
        self.election = read_sealed_election(raw)
        self.trustees, self.roll = read_trustees(trustees), read_roll(roll)
        values = {"name": self.election.name, "fingerprint": self.election.fingerprint}
        return N_("Le scrutin « %(name)s » a pour empreinte %(fingerprint)s."), values

    def check_key(self) -> Found:
        if self.trustees.public_key != self.election.public_key:
            raise SealedRefused(N_("la clé du scrutin n’est pas celle de ses dépositaires."))
        number = len(self.trustees.keys)
        return N_(
            "La clé du scrutin est celle de ses dépositaires : %(number)s ; pour ouvrir le total, il en faut %(needed)s."
        ), {
            "number": number,
            "needed": sum(group.threshold for group in self.trustees.groups),
        }

    def check_roll(self) -> Found:
        fingerprint = sha256_base64(self.archive.events[0].texts[2])
        values = {"voters": len(self.roll), "fingerprint": fingerprint}
        return N_("Codes de vote sur la liste : %(voters)s, tous différents ; empreinte %(fingerprint)s."), (
            values
        )

    def check_box(self) -> Found:
        box = ballots_seen(self.roll)
        for number, (raw,) in enumerate(self.archive.texts_of(EventKind.BALLOT), start=1):
            try:
                ballot = read_ballot(self.election, raw)
                if not box.is_on_roll(ballot.credential):
                    raise BallotRefused(BallotProblem.NOT_ON_ROLL)
                ensure_new(box, ballot.credential, ballot.tracker, ballot.marks)
            except BallotRefused as error:
                raise _at_ballot(number, raw, error) from error
            box.add(ballot)
            self.ballots.append(ballot)
        self.counted = len(box.last)
        values = {"ballots": len(self.ballots), "counted": self.counted}
        return N_(
            "Bulletins dans l’urne : %(ballots)s, tous différents. Personnes qui ont voté : %(counted)s, toutes de la liste."
        ), values

    def check_ballots(self) -> Found:
        proved = self.mapper(partial(is_proved, self.election), self.ballots)
        for number, (ballot, is_right) in enumerate(zip(self.ballots, proved, strict=True), start=1):
            if not is_right:
                self._say_why(number, ballot)
            self.progress(number, len(self.ballots))
        return N_("Chaque bulletin est signé, et prouve qu’il respecte les règles du scrutin."), {}

    def _say_why(self, number: int, ballot: SealedBallot) -> None:
        try:
            check_ballot(self.election, ballot)
        except BallotRefused as error:
            raise _at_ballot(number, ballot.raw, error) from error

    def check_tally(self) -> Found | None:
        texts = self.archive.texts_of(EventKind.ENCRYPTED_TALLY)
        if not texts:
            return None
        self.tally = add_up(self.election, self.ballots)
        encrypted = write_encrypted_tally(self.tally)
        if texts[0] != (encrypted, write_sized_tally(self.counted, encrypted)):
            raise SealedRefused(N_("le total chiffré n’est pas celui des bulletins de l’urne."))
        return N_(
            "Le total chiffré est celui du dernier bulletin de chaque personne ; bulletins comptés : %(counted)s."
        ), {"counted": self.counted}

    def check_parts(self) -> Found | None:
        texts = self.archive.texts_of(EventKind.PARTIAL_DECRYPTION)
        for raw, owned in texts:
            owner, _ = read_owned(owned)
            if owner > len(self.trustees.keys) or owner in self.parts or owned != write_owned(owner, raw):
                raise SealedRefused(
                    N_("un déchiffrement n’est pas celui d’un dépositaire, ou est là deux fois.")
                )
            part = read_partial_decryption(self.election, raw)
            check_partial_decryption(self.election, self.trustees.keys[owner - 1], self.tally, part)
            self.parts[owner] = part
        if not texts:
            return None
        owners = ", ".join(str(owner) for owner in sorted(self.parts))
        return N_(
            "Les dépositaires suivants ont ouvert ce total, et prouvent qu’ils l’ont fait avec leur clé : n° %(owners)s."
        ), {"owners": owners}

    def check_result(self) -> Found | None:
        texts = self.archive.texts_of(EventKind.RESULT)
        if not texts:
            return None
        announced = read_result(self.election, texts[0][0])
        opened = open_tally(self.trustees, self.tally, self.counted, self.parts)
        if opened != announced or write_result(opened) != texts[0][0]:
            raise SealedRefused(N_("le résultat annoncé n’est pas celui que les dépositaires ont ouvert."))
        return N_("Le résultat annoncé est celui de l’urne."), {}


def is_proved(election: SealedElection, ballot: SealedBallot) -> bool:
    """Tell whether a ballot is signed and proved; another process can answer."""
    try:
        check_ballot(election, ballot)
    except BallotRefused:
        return False
    return True


Step = tuple[str, str, Callable[[Verification], Found | None]]
STEPS: tuple[Step, ...] = (
    (
        "archive",
        N_("L’archive est entière, et la chaîne de ses événements intacte."),
        Verification.read_archive,
    ),
    (
        "election",
        N_("Le scrutin, ses dépositaires et sa liste sont bien écrits."),
        Verification.read_election,
    ),
    ("key", N_("La clé du scrutin est celle de ses dépositaires."), Verification.check_key),
    ("roll", N_("Les codes de vote de la liste sont valables."), Verification.check_roll),
    (
        "box",
        N_("Les bulletins sont ceux de personnes de la liste, et tous différents."),
        Verification.check_box,
    ),
    ("ballots", N_("Chaque bulletin est signé et prouvé."), Verification.check_ballots),
    ("tally", N_("Le total chiffré est celui de l’urne."), Verification.check_tally),
    ("decryption", N_("Les dépositaires ont ouvert ce total avec leur clé."), Verification.check_parts),
    ("result", N_("Le résultat annoncé est celui de l’urne."), Verification.check_result),
)


def verify_archive(content: bytes, *, progress: BallotProgress = _be_silent, mapper: Mapper = map) -> Report:
    """Verify an archive, from the first thing to the last, and stop at the first that does not hold."""
    report, verification = Report(), Verification(content, progress, mapper)
    for code, title, step in STEPS:
        try:
            found = step(verification)
        except SealedRefused as refused:
            report.failed(code, title, refused)
            return report
        if found:
            report.passed(code, found[0], **found[1])
    _tell(report, verification)
    return report


def _tell(report: Report, verified: Verification) -> None:
    """Say what a valid archive holds, and at which moment of the poll it was taken."""
    last = verified.archive.events[-1]
    opened = verified.archive.texts_of(EventKind.RESULT)
    result = read_result(verified.election, opened[0][0]) if opened else None
    if last.kind in STAGES:
        report.notices.append(STAGES[last.kind])
    if result is not None:
        report.notices += _result_lines(verified.election, result)
    report.facts = {
        "uuid": verified.election.uuid,
        "name": verified.election.name,
        "fingerprint": verified.election.fingerprint,
        "stage": last.kind.value,
        "height": last.head.height,
        "head": last.head.hash,
        "roll": len(verified.roll),
        "ballots": len(verified.ballots),
        "voters": verified.counted,
        "trackers": [ballot.tracker for ballot in last_ballots(verified.ballots)],
        "result": result,
    }


def _result_lines(election: SealedElection, result: Sums) -> list[str]:
    """Return the result in words, a line for each question."""
    lines = []
    for question, sums in zip(election.questions, result, strict=True):
        answers = (BLANK, *question.answers) if question.allows_blank else question.answers
        counts = " ; ".join(f"{answer} : {count}" for answer, count in zip(answers, sums, strict=True))
        lines.append(" ".join(f"{question.text} — {counts}".split()))
    return lines


def verify_growth(report: Report, earlier: bytes, later: bytes) -> None:
    """Verify that an archive holds all of an earlier copy, in the same order, and nothing but additions."""
    title = N_("Rien n’a été retiré ni changé depuis votre copie.")
    try:
        before = read_archive(earlier)
    except SealedRefused as refused:
        report.failed("earlier-copy", N_("Votre copie est entière."), refused)
        return
    try:
        after = read_archive(later)
        _ensure_same_beginning(before, after)
    except SealedRefused as refused:
        report.failed("growth", title, refused)
        return
    added = len(after.events) - len(before.events)
    report.passed(
        "growth", N_("Rien n’a été retiré ni changé depuis votre copie ; ajouts : %(added)s."), added=added
    )


def verify_head(report: Report, expected: Head, content: bytes) -> None:
    """Verify that an archive holds an event that somebody noted (on a receipt, on the printed minutes): it is not a shorter one."""
    title = N_("L’archive contient l’événement attendu : elle n’est pas coupée.")
    try:
        archive = read_archive(content)
        if expected not in (event.head for event in archive.events):
            raise SealedRefused(N_("l’événement n° %(height)s attendu n’y est pas."), height=expected.height)
    except SealedRefused as refused:
        report.failed("head", title, refused)
        return
    report.passed("head", title)


def _ensure_same_beginning(before: SealedArchive, after: SealedArchive) -> None:
    for number, event in enumerate(before.events):
        if number >= len(after.events):
            raise SealedRefused(N_("l’événement n° %(height)s de votre copie n’y est plus."), height=number)
        if after.events[number] != event:
            raise SealedRefused(
                N_("l’événement n° %(height)s de votre copie a été changé ou déplacé."), height=number
            )
    if before.timestamp != after.timestamp:
        raise SealedRefused(N_("l’heure de l’ouverture a été changée."))


def _ensure_same_setup(archive: SealedArchive, setup: str) -> None:
    """Check that the first event names the three texts that stand before it."""
    if setup_texts(*archive.events[0].texts[:3])[-1] != setup:
        raise SealedRefused(
            N_("l’ouverture n’annonce pas le scrutin, les dépositaires et la liste qui suivent.")
        )


def _at_ballot(number: int, raw: str, error: BallotRefused) -> SealedRefused:
    return SealedRefused(
        N_("bulletin n° %(number)s (numéro de suivi %(tracker)s). %(reason)s"),
        number=number,
        tracker=sha256_base64(raw),
        reason=str(error),
    )
