"""The files that are published of a closed poll, each as one text that never changes. Pure."""

import hashlib
from dataclasses import dataclass

from civic.voting.formats.pabulib import pabulib_of, write_pabulib
from civic.voting.formats.reading import published_count
from civic.voting.formats.table import write_table
from civic.voting.methods.ballots import Election, Tally
from civic.voting.publication.dealing import published_ballots
from civic.voting.recount.script import recount_script

BYTE_ORDER_MARK = "\ufeff"
"""Without it, the most common spreadsheet misreads accents."""
SCRIPT_NAME = "recompter.py"
PABULIB_NAMES = {
    "budget-greedy-stop": "greedy-no-skip",
    "budget-threshold": "greedy-threshold",
    "budget-equal-shares": "equalshares/add1",
}
"""What Pabulib calls the rules of ours that it knows; the others are its « greedy »."""


@dataclass(frozen=True)
class PublishedFile:
    """A file to download. ``media_type`` is what browsers call it."""

    name: str
    text: str
    media_type: str

    @property
    def content(self) -> bytes:
        return self.text.encode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        return len(self.content)


def ballots_file(
    poll_id: int, position: int, election: Election, method: str, *, title: str
) -> PublishedFile:
    """Return the ballots of a question, sorted by what they say: Pabulib's format for a budget, a table for all else."""
    published = published_ballots(election, method)
    name = f"scrutin-{poll_id}-bulletins-{position}"
    if method.startswith("budget-"):
        rule = PABULIB_NAMES.get(method, "greedy")
        text = write_pabulib(pabulib_of(published, description=title, rule=rule))
        return PublishedFile(f"{name}.pb", text, "text/plain")
    return PublishedFile(f"{name}.csv", BYTE_ORDER_MARK + write_table(published), "text/csv")


def result_file(poll_id: int, position: int, tally: Tally) -> PublishedFile:
    """Return the count of a question, as canonical JSON: what the recount has to give, to the byte."""
    return PublishedFile(
        f"scrutin-{poll_id}-resultat-{position}.json", published_count(tally), "application/json"
    )


def rules_file(poll_id: int, document: str) -> PublishedFile:
    """Return what was frozen; its SHA-256 is the fingerprint that was published when the poll opened."""
    return PublishedFile(f"scrutin-{poll_id}-regles.json", document, "application/json")


def script_file() -> PublishedFile:
    return PublishedFile(SCRIPT_NAME, recount_script(), "text/x-python")


def recount_command(ballots: str, rules: str, *, question: int, questions: int, seed: str) -> str:
    """Return the command that counts again, for files that lie in one folder."""
    words = ["python3", SCRIPT_NAME, ballots, "--rules", rules]
    if questions > 1:
        words += ["--question", str(question)]
    if seed:
        words += ["--seed", seed]
    return " ".join(words)
