"""Home, my space, the desk and the search, for who reads them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.councils.models import Council
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.moderation import service as moderation
from civic.moderation.rules import Outcome, Reason, Rule, SubjectKind
from civic.mutual_aid.events import OfferPosted
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import Category as AidCategory
from civic.mutual_aid.rules import OfferState
from civic.pages.rules import without_marks
from civic.pages.service import reindex_everything
from civic.proposals.models import Proposal
from civic.proposals.rules import Category
from civic.voting.models import Poll, RollEntry
from civic.voting.rules import BallotChannel, PollState
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in

FEW, MANY = 3, 30


class Town:
    """A town with its agent, a resident, and what a test puts in it."""

    def __init__(self) -> None:
        self.id, (self.place, *_) = add_town()
        self.agent = add_person("Agnès", roles=((Role.AGENT, self.id),))
        self.resident = add_person("Bruno Lemoine", lives_in=self.place)

    def add_consultation(self, title: str, *, is_open: bool = True, is_published: bool = True) -> int:
        now = utc_now()
        start = now - timedelta(days=20)
        with transaction():
            consultation = Consultation(
                territory_id=self.id,
                title=title,
                state=ConsultationState.PUBLISHED if is_published else ConsultationState.DRAFT,
                created_at=start,
                published_at=start if is_published else None,
                phases=[
                    Phase(
                        name="Proposer",
                        opens_at=start,
                        closes_at=now + timedelta(days=5 if is_open else -5),
                        activities=["propose"],
                    )
                ],
            )
            db.session.add(consultation)
            db.session.flush()
            return consultation.id

    def add_proposal(self, consultation: int, title: str) -> int:
        with transaction():
            proposal = Proposal(
                consultation_id=consultation, territory_id=self.place, author_id=self.resident, title=title,
                body_source="Des bancs à l’ombre.", body_html="<p>Des bancs à l’ombre.</p>",
                category=next(iter(Category)), created_at=utc_now(), published_at=utc_now(),
            )  # fmt: skip
            db.session.add(proposal)
            db.session.flush()
            return proposal.id

    def add_poll(self, question: str, *, has_voted: bool = False) -> int:
        now = utc_now()
        with transaction():
            poll = Poll(
                territory_id=self.place, question=question, opens_at=now - timedelta(days=1),
                closes_at=now + timedelta(days=1), state=PollState.FROZEN, roll_salt="salt", roll_size=1,
                roll_digest="d", rules_hash="h", created_at=now, frozen_at=now,
            )  # fmt: skip
            db.session.add(poll)
            db.session.flush()
            entry = RollEntry(
                poll_id=poll.id, person_id=self.resident, territory_id=self.place, digest=f"e{poll.id}",
                has_voted=has_voted, channel=BallotChannel.WEB if has_voted else None,
                receipt_digest=f"r{poll.id}" if has_voted else None,
            )  # fmt: skip
            db.session.add(entry)
            return poll.id

    def post_offer(self, title: str) -> int:
        now = utc_now()
        with transaction():
            offer = Offer(
                territory_id=self.id, author_id=self.resident, category=AidCategory.REPAIRS, title=title,
                state=OfferState.ACTIVE, created_at=now, changed_at=now,
            )  # fmt: skip
            db.session.add(offer)
            db.session.flush()
            publish(
                OfferPosted(
                    occurred_at=now, offer_id=offer.id, territory_id=self.id, actor_id=self.resident,
                    organisation_id=None,
                )
            )  # fmt: skip
            return offer.id

    def add_council(self, name: str) -> None:
        now = utc_now()
        with transaction():
            db.session.add(Council(territory_id=self.place, name=name, created_at=now, updated_at=now))


def text_of(client: FlaskClient, path: str) -> str:
    return plain(client.get(path).get_data(as_text=True))


@pytest.fixture
def town(app: Flask) -> Town:
    with app.app_context():
        return Town()


def test_a_passer_by_reads_what_is_open_and_whom_to_call(app: Flask, town: Town) -> None:
    with app.app_context():
        town.add_consultation("Les berges de la Serelle")
        town.add_consultation("Encore secrète", is_published=False)
    post_form(sign_in(app, town.agent), "/bureau/mairie", name="Mairie d’Aubernay", phone="02 61 91 40 00")

    home = text_of(app.test_client(), "/")

    assert "Les berges de la Serelle" in home
    assert "Encore secrète" not in home
    assert 'href="tel:0261914000"' in home


def test_a_resident_reads_the_vote_that_waits_for_her_and_no_more_once_cast(app: Flask, town: Town) -> None:
    with app.app_context():
        town.add_poll("Que devient le boulodrome ?")
        town.add_poll("Faut-il des bancs ?", has_voted=True)
    resident = sign_in(app, town.resident)

    home, mine = text_of(resident, "/"), text_of(resident, "/mon-espace")

    assert "Bonjour Bruno" in home
    assert home.lower().count("à vous de voter") == 1
    assert "Faut-il des bancs ?" in mine
    assert "Que devient le boulodrome ?" not in mine


def test_each_role_finds_its_own_desk_and_a_resident_none(app: Flask, town: Town) -> None:
    with app.app_context():
        town.add_proposal(town.add_consultation("Finie", is_open=False), "Des bancs")
        town.add_consultation("En préparation", is_published=False)
        moderator = add_person("Modeste", roles=((Role.MODERATOR, town.id),))

    agent = text_of(sign_in(app, town.agent), "/bureau")
    assert "proposition d’une consultation finie attend une réponse" in agent
    assert "consultation en brouillon" in agent
    assert "contenu signalé" not in agent
    assert "contenu signalé" in text_of(sign_in(app, moderator), "/bureau")
    assert sign_in(app, town.resident).get("/bureau").status_code == 403


def test_a_resident_does_not_change_the_town_halls_card(app: Flask, town: Town) -> None:
    answer = post_form(
        sign_in(app, town.resident), "/bureau/mairie", name="La mienne", phone="06 00 00 00 00"
    )

    assert answer.status_code == 403
    assert "06 00 00 00 00" not in text_of(app.test_client(), "/")


def test_search_forgets_accents_and_capitals_and_finds_the_title_first(app: Flask, town: Town) -> None:
    with app.app_context():
        first = town.add_consultation("École : des vélos")
        town.add_proposal(first, "Des bancs pres de l ecole")
        town.add_consultation("Secrète école", is_published=False)
        reindex_everything()

    page = text_of(app.test_client(), "/recherche?q=ECOLE velo")
    both = text_of(app.test_client(), "/recherche?q=ecol")

    assert "École : des vélos" in page
    assert "1 résultat" in page
    assert "2 résultats" in both
    assert "Secrète" not in both
    assert "Rien ne correspond" in text_of(app.test_client(), "/recherche?q=piscine")
    assert "Rien ne correspond" in text_of(app.test_client(), "/recherche?q=%25")


def test_what_a_moderator_hides_is_found_no_more_until_it_is_shown_again(app: Flask, town: Town) -> None:
    with app.app_context():
        offer = town.post_offer("Bricolage du samedi")
        moderator = actor_of(add_person("Modeste", roles=((Role.MODERATOR, town.id),)))
        assert "1 résultat" in text_of(app.test_client(), "/recherche?q=bricolage")

        moderation.flag_content(
            actor_of(town.agent), kind=SubjectKind.OFFER, subject_id=offer, reason=Reason.ADVERTISING
        )
        decision = moderation.decide_on_flags(
            moderator, content_id=1, outcome=Outcome.HIDE, rule=Rule.NO_ADVERTISING, text="C’est une réclame."
        )  # fmt: skip
        assert "Rien ne correspond" in text_of(app.test_client(), "/recherche?q=bricolage")

        moderation.undo_decision(moderator, decision_id=decision)
        assert "1 résultat" in text_of(app.test_client(), "/recherche?q=bricolage")


def test_the_index_is_made_again_by_a_command(app: Flask, town: Town) -> None:
    with app.app_context():
        town.add_consultation("Les berges")
        town.add_council("Conseil des Bords")

    result = app.test_cli_runner().invoke(args=["pages", "reindex"])

    assert "consultation: 1" in result.output
    assert "council: 1" in result.output
    assert "1 résultat" in text_of(app.test_client(), "/recherche?q=berges")


@pytest.mark.parametrize("path", ["/", "/mon-espace", "/bureau", "/recherche?q=bancs"])
def test_a_page_costs_the_same_queries_whatever_the_length_of_its_lists(
    app: Flask, town: Town, path: str
) -> None:
    reader = sign_in(app, town.agent if path == "/bureau" else town.resident)
    costs = []
    for length in (FEW, MANY):
        with app.app_context():
            fill(town, length)
            reindex_everything()
        reader.get(path)
        costs.append(count_queries(app, lambda: reader.get(path)))

    assert costs[0] == costs[1]


def fill(town: Town, length: int) -> None:
    """Have this many of each kind."""
    done = db.session.scalar(sa.select(sa.func.count()).select_from(Poll)) or 0
    consultation = town.add_consultation("Des bancs ?")
    for number in range(done // 2, length):
        town.add_consultation(f"Des bancs {number}")
        town.add_proposal(consultation, f"Des bancs {number}")
        town.add_poll(f"Des bancs {number} ?")
        town.add_poll(f"Des bancs {number}, voté ?", has_voted=True)
        town.post_offer(f"Des bancs {number}")


def count_queries(app: Flask, visit: Callable[[], object]) -> int:
    statements: list[str] = []

    def keep(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", keep)
    try:
        visit()
    finally:
        sa.event.remove(engine, "before_cursor_execute", keep)
    return len(statements)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("aide", "/aide"),
        ("demander de l’aide", "/entraide/demandes/nouvelle"),
        ("Téléphone", "/aide"),
        ("voter", "/scrutins"),
        ("mes données", "/vos-donnees"),
    ],
)
def test_who_looks_for_the_site_itself_finds_its_pages_first(app: Flask, words: str, address: str) -> None:
    page = text_of(app.test_client(), f"/recherche?q={words}")
    found = page.split('id="du-site"', 1)[1].split("</nav>", 1)[0]

    assert f'href="{address}"' in found
    assert "Rien ne correspond" not in page


def test_an_excerpt_is_read_without_the_marks_of_its_text() -> None:
    source = (
        "## D’où l’on part\n\n- Tout est **ouvert**, _vraiment_.\n1. Voir [le plan](https://example.org/a_b)."
    )

    assert without_marks(source) == "D’où l’on part · Tout est ouvert, vraiment. Voir le plan."
    assert (
        without_marks("Le banc de l’école\nLa fontaine\n\n- un arbre\n- de l’ombre,\nplus tard")
        == "Le banc de l’école · La fontaine · un arbre · de l’ombre, plus tard"
    )
    assert without_marks("une phrase coupée\nau milieu") == "une phrase coupée au milieu"
    assert without_marks("mot_composé 3 * 4") == "mot_composé 3 4"
