"""What is found in what is public, and in what order."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.councils.models import Council
from civic.councils.service import save_sitting
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.mutual_aid.guides.models import Guide
from civic.pages.models import SearchEntry, SearchKind, SearchTerm
from civic.pages.queries import search as search_queries
from civic.pages.queries.search import Narrowing, search
from civic.pages.rules import SearchState, as_written, asked_words, count_faults, excerpt_of, nearest_word
from civic.pages.service import mend_index, reindex_everything, reindex_subject
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState, Category, Decision
from tests.conftest import actor_of, add_person, add_town, plain


class Things:
    """A town whose things are written straight in the tables, then indexed."""

    def __init__(self) -> None:
        self.town, self.places = add_town()
        self.now = utc_now()
        self.author = add_person("Ada", lives_in=self.places[0])
        with transaction():
            self.consultation = Consultation(
                territory_id=self.town, title="Cadre de vie", state=ConsultationState.PUBLISHED,
                created_at=self.now, published_at=self.now - timedelta(days=400),
            )  # fmt: skip
            db.session.add(self.consultation)

    def propose(self, title: str, body: str = "", *, days: int = 0, place: int = 0, answer: str = "") -> int:
        with transaction():
            proposal = Proposal(
                consultation_id=self.consultation.id, territory_id=self.places[place], author_id=self.author, title=title,
                body_source=body, body_html="", category=Category.OTHER, created_at=self.now,
                published_at=self.now - timedelta(days=days),
            )  # fmt: skip
            db.session.add(proposal)
            db.session.flush()
            if answer:
                self.answer(proposal.id, answer)
            reindex_subject(SearchKind.PROPOSAL, proposal.id)
            return proposal.id

    def answer(self, proposal_id: int, text: str, *, is_draft: bool = False) -> None:
        state = AnswerState.DRAFT if is_draft else AnswerState.PUBLISHED
        db.session.add(
            Answer(
                proposal_id=proposal_id, author_id=None, decision=Decision.ACCEPTED, body_source=text, body_html="",
                state=state, created_at=self.now, published_at=None if is_draft else self.now,
            )
        )  # fmt: skip

    def titles(self, words: str, narrowing: Narrowing | None = None) -> list[str]:
        found = search(words, narrowing=narrowing or Narrowing(), now=self.now)
        return [entry.title for entry in found.page.items]


@pytest.fixture
def things(app_context: Flask) -> Things:
    return Things()


def test_plurals_accents_elisions_and_beginnings_are_found_whatever_the_database(things: Things) -> None:
    things.propose("Des bancs à l’ombre", "Près des écoles, sous les tilleuls.")
    things.propose("Un arrêt de bus", "À l’hôpital.")

    for words in ("banc", "BANCS", "école", "l’ecole", "tilleul", "till", "ombre banc"):
        assert things.titles(words) == ["Des bancs à l’ombre"], words
    assert things.titles("hopitaux") == ["Un arrêt de bus"]
    assert things.titles("les des et") == []
    assert things.titles("ba") == []


def test_the_nearest_come_first_then_the_most_recent(things: Things) -> None:
    things.propose("Un local à vélos", days=3)
    things.propose("Parking", "On y garerait un vélo.", days=0)
    things.propose("Une vélorue", days=0)
    things.propose("Vélo en libre service", days=9)
    things.propose("Vélo d’occasion", days=5)

    assert things.titles("vélo") == [
        "Vélo d’occasion", "Vélo en libre service", "Un local à vélos", "Une vélorue", "Parking"
    ]  # fmt: skip


def test_who_finds_nothing_with_every_word_is_shown_what_holds_some(things: Things) -> None:
    things.propose("Une fontaine sur la place")
    things.propose("Une place plus verte, une fontaine")

    found = search("fontaine verte zèbre", now=things.now)

    assert found.is_partial
    assert [entry.title for entry in found.page.items] == [
        "Une place plus verte, une fontaine", "Une fontaine sur la place"
    ]  # fmt: skip


def test_a_typing_fault_finds_what_was_meant_whatever_the_database(things: Things) -> None:
    things.propose("Rouvrir la passerelle", "Vers la laiterie.")
    things.propose("Un banc", "Passer plus souvent la balayeuse, poste par poste.")

    for typed in ("passrelle", "pasesrelle", "laitirie", "laiterei", "rouvir passerele"):
        found = search(typed, now=things.now)
        assert [entry.title for entry in found.page.items] == ["Rouvrir la passerelle"], typed
        assert found.is_mended
    assert [word.text for word in search("rouvrir passrele", now=things.now).words] == [
        "rouvrir",
        "passerelle",
    ]
    for no_fault in ("zebre", "bnc", "2027", "assommant"):
        assert not search(no_fault, now=things.now).page.total, no_fault


def test_who_types_nothing_but_unknown_words_has_none_compared_with_the_whole_index(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would cost as much as a page, to whoever asks for nothing."""
    things.propose("Rouvrir la passerelle", "Vers la laiterie.")
    compared: list[str] = []
    monkeypatch.setattr(search_queries, "nearest_word", lambda word, known: compared.append(word))

    assert not search("passrelle laitirie bicyclete", now=things.now).page.total
    assert compared == []
    search("passrelle laitirie rouvrir", now=things.now)
    assert compared == ["passrelle", "laitirie"]


def test_faults_are_letters_missing_too_many_other_or_exchanged() -> None:
    assert [
        count_faults("laiterie", word, 2)
        for word in ("laiterie", "laitirie", "latierie", "laitrie", "laiteries")
    ] == [0, 1, 1, 1, 1]
    assert count_faults("marche", "poisson", 2) > 2
    assert nearest_word("marhe", {"marche": 1, "marge": 4, "marche au": 9}) == "marge"
    assert as_written("ecole", ["Un banc", "L’École, demain"]) == "école"


def test_an_answer_of_the_town_hall_is_found_and_its_draft_is_not(things: Things) -> None:
    answered = things.propose("Piscine", answer="Le **nautisme** attendra 2027.")
    things.propose("Patinoire")
    with transaction():
        things.answer(answered, "Secrètement budgétée", is_draft=True)
    reindex_subject(SearchKind.PROPOSAL, answered)

    assert things.titles("nautisme") == ["Piscine"]
    assert things.titles("secrètement") == []
    assert things.titles("", Narrowing(state=SearchState.ANSWERED)) == ["Piscine"]


def test_what_is_hidden_or_withdrawn_is_neither_found_nor_counted(things: Things) -> None:
    shown, hidden, withdrawn = (things.propose(f"Kiosque {name}") for name in ("un", "deux", "trois"))
    with transaction():
        db.session.execute(sa.update(Proposal).where(Proposal.id == hidden).values(hidden_at=things.now))
        db.session.execute(
            sa.update(Proposal).where(Proposal.id == withdrawn).values(withdrawn_at=things.now)
        )
    for proposal_id in (shown, hidden, withdrawn):
        reindex_subject(SearchKind.PROPOSAL, proposal_id)

    assert things.titles("kiosque") == ["Kiosque un"]
    assert search("kiosque", now=things.now).page.total == 1
    assert set(db.session.scalars(sa.select(SearchTerm.entry_id).where(SearchTerm.term == "kiosque"))) == set(
        db.session.scalars(sa.select(SearchEntry.id).where(SearchEntry.kind == SearchKind.PROPOSAL))
    )


def test_filters_narrow_by_kind_place_state_and_year(things: Things) -> None:
    old, new = things.now.year - 2, things.now.year
    things.propose("Square ancien", days=760, place=1)
    things.propose("Square récent", place=0)
    with transaction():
        now = things.now
        db.session.add(
            Guide(
                territory_id=things.town, title="Réserver le square", summary="", text="Écrire.", created_at=now, changed_at=now
            )
        )  # fmt: skip
    reindex_everything()

    assert things.titles("square", Narrowing(kind=SearchKind.GUIDE)) == ["Réserver le square"]
    assert things.titles("square", Narrowing(place_id=things.places[1])) == ["Square ancien"]
    assert things.titles("square", Narrowing(kind=SearchKind.PROPOSAL, year=new)) == ["Square récent"]
    assert things.titles("square", Narrowing(year=things.now.year - 1)) == []
    assert "Square ancien" in [
        title for year in (old, old - 1) for title in things.titles("", Narrowing(year=year))
    ]
    assert things.titles("square", Narrowing(state=SearchState.COMING)) == []


def test_a_sitting_is_found_once_published_by_its_agenda_and_its_minutes(things: Things) -> None:
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, things.town),)))
    with transaction():
        now = things.now
        council = Council(territory_id=things.places[0], name="Conseil", created_at=now, updated_at=now)
        db.session.add(council)
    told = {
        "council_id": council.id, "title": "Séance de rentrée", "starts_at": now + timedelta(days=3), "place": "Mairie",
        "agenda": "- Le préau", "minutes": "Vœu sur les platanes",
    }  # fmt: skip
    sitting = save_sitting(agent, **told, is_published=False)
    assert things.titles("préau") == []

    save_sitting(agent, **told, sitting_id=sitting, is_published=True)

    assert things.titles("voeu platane") == ["Séance de rentrée"]
    assert things.titles("préau", Narrowing(state=SearchState.COMING)) == ["Séance de rentrée"]


def test_an_index_that_lacks_something_is_made_again_within_the_hour(things: Things) -> None:
    things.propose("Des nichoirs")
    with transaction():
        db.session.execute(sa.delete(SearchEntry))

    mend_index(things.now)

    assert things.titles("nichoir") == ["Des nichoirs"]
    assert things.titles("cadre") == ["Cadre de vie"]


def test_an_excerpt_is_cut_around_the_words_and_marks_them() -> None:
    text = "Rien ici. " * 40 + "Les platanes du mail, <b>hauts</b>. " + "Encore rien. " * 40

    pieces = excerpt_of(text, asked_words("platane haut"))

    assert [piece.text for piece in pieces if piece.is_found] == ["platanes", "hauts"]
    assert pieces[0].text == "… "
    assert sum(len(piece.text) for piece in pieces) < 240
    assert "".join(piece.text for piece in excerpt_of("Un banc.", asked_words("zèbre"))) == "Un banc."


def test_a_reader_is_told_which_word_was_looked_for_instead_of_hers(app: Flask) -> None:
    with app.app_context():
        Things().propose("Un arrêt à l’hôpital", "Deux fois par heure.")

    page = plain(app.test_client().get("/recherche?q=hopitla").text)

    assert "Rien ne contient « hopitla ». 1 résultat pour « hôpital » :" in page
    assert "Un arrêt à l’hôpital" in page


def test_a_reader_sees_the_words_marked_and_keeps_the_filters_in_the_address(app: Flask) -> None:
    with app.app_context():
        things = Things()
        for number in range(25):
            things.propose(f"Banc {number}", "Un <script>alert(1)</script> banc.")
        reindex_everything()

    page = plain(
        app.test_client().get("/recherche?q=banc&genre=proposal&annee=zzz&quartier=-1").get_data(as_text=True)
    )

    assert "<mark>banc</mark>" in page
    assert "<script>alert" not in page
    assert "genre=proposal&amp;annee=zzz&amp;quartier=-1&amp;page=2" in page
    assert "25 résultats" in page
    empty = plain(app.test_client().get("/recherche?q=banc&genre=guide").get_data(as_text=True))
    assert "avec ces filtres" in empty
