"""A text of the town hall, article by article: published with its consultation, argued as proposals are, never taken for one of a resident."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.beginning import begin_consultation, copy_consultation
from civic.consultations.errors import ConsultationNotFound, NotPublishable
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationPlan
from civic.consultations.service import publish_consultation
from civic.consultations.templates import ARTICLE, QUESTIONS
from civic.kernel.database import db
from civic.pages.models import SearchEntry
from civic.participation.synthesis.queries import count_contributions
from civic.proposals import queries as proposals
from civic.proposals.answers.models import ExpectedAnswer
from civic.proposals.articles import queries, rules, service
from civic.proposals.articles.errors import TextChangedMeanwhile, TextIsPublished
from civic.proposals.articles.models import TownText
from civic.proposals.models import Proposal
from civic.proposals.rules import Side
from civic.proposals.service import taking_part
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.proposals.making import add_consultation, add_proposal

TEXT = """## Les horaires
Le parc ferme à **21 h**.

Article 2 – Les chiens
Ils sont tenus en laisse.
"""


def begun(town: int, cleo: int) -> int:
    return begin_consultation(
        actor_of(cleo), territory_id=town, template_key=ARTICLE, plan=ConsultationPlan("Le parc", body="Le règlement.")
    )  # fmt: skip


def test_a_text_is_cut_at_its_titles_whichever_way_they_are_written() -> None:
    articles, before = rules.split_text(
        "Préambule\n# Un\na\n\n**Article 2 : deux**\nb\nart. 3\nc\nL’article 2 dit\n"
    )

    assert before == "Préambule"
    assert [(each.title, each.body) for each in articles] == [
        ("Un", "a"), ("Article 2 : deux", "b"), ("art. 3", "c\nL’article 2 dit"),
    ]  # fmt: skip
    assert rules.split_text("") == ([], "")
    assert len(rules.problems_of("avant\n# vide\n# " + "t" * 141 + "\n" + "x" * 10_001)) == 4
    assert rules.problems_of(TEXT) == []
    assert len(rules.problems_of("# a\nb\n" * 61)) == 1


def test_articles_are_published_with_their_consultation_and_argued_as_proposals(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    cleo, ada = add_person("Cléo", roles=((Role.COUNCILLOR, town),)), add_person("Ada", lives_in=place)
    consultation = begun(town, cleo)
    with pytest.raises(NotPublishable):
        publish_consultation(actor_of(cleo), consultation_id=consultation)
    with pytest.raises(ConsultationNotFound):
        service.write_text(actor_of(ada), consultation_id=consultation, source="x", version=0)
    version = service.write_text(actor_of(cleo), consultation_id=consultation, source=TEXT, version=0)
    with pytest.raises(TextChangedMeanwhile):
        service.write_text(actor_of(cleo), consultation_id=consultation, source="# Autre\nx", version=0)
    assert queries.read_text(consultation).source == TEXT
    assert db.session.scalar(sa.select(sa.func.count(Proposal.id))) == 0
    copy = copy_consultation(actor_of(cleo), consultation_id=consultation)

    publish_consultation(actor_of(cleo), consultation_id=consultation)

    first, second = queries.list_articles(consultation)
    assert [(first.title, first.article_number), (second.title, second.article_number)] == [
        ("Les horaires", 1), ("Article 2 – Les chiens", 2),
    ]  # fmt: skip
    assert queries.read_text(copy).source == TEXT
    with pytest.raises(TextIsPublished):
        service.write_text(actor_of(cleo), consultation_id=consultation, source="# A\nb", version=version)
    assert proposals.count_proposals(consultation) == 0
    assert proposals.list_proposals(consultation).items == []
    assert count_contributions(consultation)["proposals"] == 0
    found = db.session.scalars(sa.select(SearchEntry.title).where(SearchEntry.subject_id == first.id)).all()
    assert "Les horaires" in found
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TownText)) == 2


def test_a_resident_argues_an_article_which_is_owed_no_answer(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        cleo, ada = add_person("Cléo", roles=((Role.COUNCILLOR, town),)), add_person("Ada", lives_in=place)
        consultation = begun(town, cleo)
    desk, resident, stranger = sign_in(app, cleo), sign_in(app, ada), app.test_client()
    here = f"/consultations/{consultation}"

    assert "pas encore écrit" in plain(desk.get(f"{here}/publication").get_data(as_text=True))
    cut = post_form(desk, f"{here}/articles", source="Avant\n" + TEXT, version="0", look="1")
    assert "Le texte commence avant" in plain(cut.get_data(as_text=True))
    post_form(desk, f"{here}/articles", source=TEXT, version="0")
    assert stranger.get(here).status_code == 404
    assert resident.get(f"{here}/articles").status_code == 404
    assert "Article 2" in desk.get(f"{here}/apercu").get_data(as_text=True)
    with app.app_context():
        publish_consultation(actor_of(cleo), consultation_id=consultation)
        article = queries.list_articles(consultation)[0].id
        db.session.execute(sa.text("UPDATE phase SET opens_at = '2020-01-01 00:00:00+00:00'"))
        db.session.execute(sa.text("UPDATE answer_promise SET threshold = 1"))
        db.session.commit()
        ada_ = actor_of(ada)
        taking_part.support_proposal(ada_, proposal_id=article)
        taking_part.publish_argument(ada_, proposal_id=article, side=Side.AGAINST, body="Trop tôt en été.")
        assert db.session.scalars(sa.select(ExpectedAnswer)).all() == []

    page = plain(stranger.get(here).get_data(as_text=True))
    assert "Les horaires" in page
    assert "1 argument" in page
    assert "Écrire les articles" not in page
    article_page = plain(resident.get(f"/propositions/{article}").get_data(as_text=True))
    assert "Texte de la mairie, article 1" in article_page
    assert "fermé son compte" not in article_page
    written = desk.get(f"{here}/articles").get_data(as_text=True)
    assert "ils ne changent plus" in plain(written)
    assert "Enregistrer le texte" not in written


def test_questions_to_the_elected_are_called_questions(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        consultation = add_consultation(town)
        ada = add_person("Ada", lives_in=place)
        db.session.get_one(Consultation, consultation).template = QUESTIONS
        db.session.commit()
        asked = add_proposal(
            town, author=ada, consultation=consultation, title="Quand rouvre la passerelle ?"
        )
    client = sign_in(app, ada)

    pages = [f"/consultations/{consultation}", f"/propositions/{asked}", f"/consultations/{consultation}/propositions/nouvelle"]  # fmt: skip
    texts = [plain(client.get(page).get_data(as_text=True)).partition("<main")[2].partition("</main>")[0] for page in pages]  # fmt: skip

    assert "1 question" in texts[0]
    assert "Ce que devient cette question" in texts[1]
    assert "Publier ma question" in texts[2]
    for text in texts:
        assert re.findall(r"[^/\"a-z-]\w* propositions?\b", re.sub(r"<[^>]+>", " ", text)) == []
