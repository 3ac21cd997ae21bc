"""The page of the search: what is asked in its address, and what is found, as it is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext

from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.kernel.pagination import LAST_PAGE
from civic.pages.layout import link_to
from civic.pages.models import SearchEntry, SearchKind
from civic.pages.queries.search import Found, Narrowing, list_years, search
from civic.pages.rules import (
    LONGEST_QUERY,
    SearchState,
    Word,
    as_written,
    excerpt_of,
    find_site_pages,
)
from civic.proposals.naming import kinds_of
from civic.territories import queries as territories

KINDS = {
    SearchKind.CONSULTATION: (N_("Consultation"), "consultations.show_consultation", "consultation_id"),
    SearchKind.PROPOSAL: (N_("Proposition"), "proposals.show_proposal", "proposal_id"),
    SearchKind.POLL: (N_("Scrutin"), "voting.show_poll", "poll_id"),
    SearchKind.OFFER: (N_("Offre d’aide"), "mutual_aid.show_offer", "offer_id"),
    SearchKind.COUNCIL: (N_("Conseil de quartier"), "councils.show_council", "council_id"),
    SearchKind.SITTING: (N_("Séance de conseil"), "councils.show_sitting", "sitting_id"),
    SearchKind.GATHERING: (N_("Rendez-vous d’association"), "gatherings.show_gathering", "gathering_id"),
    SearchKind.GUIDE: (N_("Démarche expliquée"), "guides.show_guide", "guide_id"),
    SearchKind.SURVEY: (N_("Questionnaire"), "surveys.show_survey", "consultation_id"),
    SearchKind.PETITION: (N_("Pétition"), "petitions.show_petition", "petition_id"),
    SearchKind.INQUIRY: (N_("Enquête publique"), "inquiries.show_inquiry", "inquiry_id"),
    SearchKind.RECORD: (N_("Conseil municipal"), "records.show_record", "record_id"),
    SearchKind.DRAW: (N_("Tirage au sort"), "draws.show_draw", "draw_id"),
    SearchKind.CALL: (N_("Appel à candidatures"), "calls.show_call", "open_call_id"),
}
STATES = {
    SearchState.OPEN: N_("En cours"),
    SearchState.COMING: N_("À venir"),
    SearchState.FINISHED: N_("Terminé"),
    SearchState.ANSWERED: N_("La mairie a répondu"),
}
OF_SOLIDARITY = frozenset({SearchKind.OFFER, SearchKind.GATHERING, SearchKind.GUIDE})
FIRST_YEAR, LAST_YEAR = 1900, 2999


def search_page(asked: Mapping[str, str]) -> str:
    """Return the page for what its address asks; what an address asks wrongly narrows nothing."""
    words = asked.get("q", "").replace("\x00", "")[:LONGEST_QUERY]
    narrowing, now = _narrowing(asked), utc_now()
    found = search(words, narrowing=narrowing, now=now, number=_number(asked, "page", LAST_PAGE) or 1)
    is_first = not narrowing.is_set and found.page.number == 1
    return render_template(
        "pages/search.html",
        words=words,
        site_pages=_site_pages(words) if is_first else [],
        narrowing=narrowing,
        kinds=[(kind.value, gettext(KINDS[kind][0])) for kind in SearchKind],
        places=[(place.id, place.name) for place in territories.list_neighbourhoods()],
        states=[(state.value, gettext(STATES[state])) for state in SearchState],
        years=[(year, str(year)) for year in list_years()],
        page=found.page,
        is_partial=found.is_partial,
        meant=_meant(found) if found.is_mended else "",
        results=_results(found, found.words, now),
    )


def _meant(found: Found) -> str:
    texts = [text for entry in found.page.items for text in (entry.title, entry.text)]
    return " ".join(as_written(word.text, texts) for word in found.words)


def _narrowing(asked: Mapping[str, str]) -> Narrowing:
    year = _number(asked, "annee", LAST_YEAR)
    return Narrowing(
        kind=next((kind for kind in SearchKind if kind == asked.get("genre")), None),
        place_id=_number(asked, "quartier", 2**31 - 1),
        state=next((state for state in SearchState if state == asked.get("etat")), None),
        year=year if year and year >= FIRST_YEAR else None,
    )


def _number(asked: Mapping[str, str], name: str, most: int) -> int | None:
    written = asked.get(name, "")
    is_number = written.isascii() and written.isdigit() and len(written) <= len(str(most))
    return int(written) if is_number and 0 < int(written) <= most else None


def _site_pages(words: str) -> list[tuple[str, str]]:
    pages = [(gettext(each.title), link_to(each.endpoint)) for each in find_site_pages(words)]
    return [(title, url) for title, url in pages if url]


def _results(found: Found, words: Sequence[Word], now: datetime) -> list[dict[str, Any]]:
    kinds = kinds_of({entry.subject_id for entry in found.page.items if entry.kind is SearchKind.PROPOSAL})
    return [
        {
            "kind": gettext(_kind_of(entry, kinds)),
            "title": entry.title,
            "url": link_to(KINDS[entry.kind][1], **{KINDS[entry.kind][2]: entry.subject_id}),
            "excerpt": excerpt_of(entry.text, words),
            "half": "solidarity" if entry.kind in OF_SOLIDARITY else "participation",
            "dated_at": entry.dated_at,
            "state": gettext(STATES[state]) if (state := _state_of(entry, now)) else "",
        }
        for entry in found.page.items
    ]


def _kind_of(entry: SearchEntry, kinds: Mapping[int, str]) -> str:
    usual = KINDS[entry.kind][0]
    return kinds.get(entry.subject_id, usual) if entry.kind is SearchKind.PROPOSAL else usual


def _state_of(entry: SearchEntry, now: datetime) -> SearchState | None:
    if entry.is_answered:
        return SearchState.ANSWERED
    if entry.opens_at is None or entry.closes_at is None:
        return None
    if now < entry.opens_at:
        return SearchState.COMING
    return SearchState.OPEN if now < entry.closes_at else SearchState.FINISHED
