"""The quotas of a draw as its pages show them: by criterion, with how many people of the list, and of the panel, have each value."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from civic.councils.sortition import lists, queries
from civic.councils.sortition.models import Draw
from civic.councils.sortition.rules import shown_counts
from civic.web.editing import SEEN
from civic.web.forms import Form


@dataclass(frozen=True)
class QuotaRow:
    """``listed``, ``drawn``: None where they are too few to be told, or not known (any more)."""

    criterion: str
    value: str
    least: int
    most: int
    listed: int | None
    drawn: int | None


@dataclass(frozen=True)
class QuotaTable:
    criterion: str
    rows: list[QuotaRow]


def rows_of_quotas(draw: Draw, *, is_exact: bool = False) -> list[QuotaTable]:
    """Return the quotas by criterion.

    Args:
        is_exact: for the town hall, which has the list: counts of fewer than five people too.
    """
    entrants = queries.entrants_of(draw)
    listed: Mapping[str, Mapping[str, int | None]] = lists.counts_of(draw.criteria, entrants)
    if not is_exact:
        listed = draw.counts or {name: shown_counts(counts) for name, counts in listed.items()}  # type: ignore[arg-type]
    panel = set(queries.result_of(draw)[0])
    members = [entrant for entrant in entrants if entrant.number in panel]
    tables = []
    for place, criterion in enumerate(draw.criteria):
        seated = shown_counts(Counter(member.profile[place] for member in members)) if members else {}
        rows = [
            QuotaRow(
                criterion, value, least, most, listed.get(criterion, {}).get(value),
                seated.get(value, 0) if members else None,
            )
            for name, value, least, most in draw.quotas
            if name == criterion
        ]  # fmt: skip
        tables.append(QuotaTable(criterion, rows))
    return tables


def compared_quotas(form: Form, draw: Draw) -> Form:
    """Return refused quotas with what is stored, where somebody set others meanwhile: they are sent again over that.

    Those that cannot be held are stored all the same, before it is looked: they are sent again over themselves.
    """
    kept = [
        gettext(
            "%(criterion)s, %(value)s : de %(least)s à %(most)s",
            criterion=criterion,
            value=value,
            least=least,
            most=most,
        )
        for criterion, value, least, most in draw.quotas
    ]
    stored = [[str(least), str(most)] for _, _, least, most in draw.quotas]
    typed = [list(each) for each in zip(form.value("least", []), form.value("most", []), strict=False)]
    if not form.is_late and typed != stored:
        return form
    theirs = {"quotas": "\n".join(kept)} if form.is_late else {}
    return Form({**form.values, SEEN: draw.seen_quotas}, form.errors, theirs=theirs)
