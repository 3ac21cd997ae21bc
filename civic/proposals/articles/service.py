"""The town hall writes a text; it is published with its consultation, and then does not change."""

from datetime import datetime

from civic.consultations import queries as consultations
from civic.consultations.access import ConsultationsAction
from civic.consultations.rules import ConsultationState
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.proposals.articles import queries, rules
from civic.proposals.articles.errors import TextChangedMeanwhile, TextIsPublished
from civic.proposals.articles.events import ArticlesPublished, TextWritten
from civic.proposals.articles.models import TownText
from civic.proposals.models import Proposal
from civic.proposals.rules import Category


def write_text(actor: Actor, *, consultation_id: int, source: str, version: int) -> int:
    """Save the text of a consultation that is still a draft, over the version that was under the eyes (0: there was none).

    A text that could not be published as it is is kept all the same: it is being written.

    Returns:
        The new version.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is neither a councillor nor an agent of its commune.
        TextIsPublished: residents read it.
        TextChangedMeanwhile: somebody else saved in between.
    """
    now = utc_now()
    with transaction():
        get_visible_consultation(actor, consultation_id)
        consultation = consultations.lock_consultation(consultation_id)
        require(actor, ConsultationsAction.WRITE_CONSULTATION, consultation)
        if consultation.state is ConsultationState.PUBLISHED:
            raise TextIsPublished
        text = db.session.get(TownText, consultation_id)
        if version != (text.version if text else 0):
            raise TextChangedMeanwhile
        if text is None:
            text = TownText(consultation_id=consultation_id, version=0)
            db.session.add(text)
        text.source, text.version, text.saved_at = source, text.version + 1, now
        publish(
            TextWritten(
                occurred_at=now,
                consultation_id=consultation_id,
                territory_id=consultation.territory_id,
                actor_id=actor.id,
                articles=len(rules.split_text(source)[0]),
                version=text.version,
            )
        )
        return text.version


def publish_articles(*, consultation_id: int, publisher_id: int, now: datetime) -> None:
    """Make a proposal of the town hall of each article, in the transaction that publishes their consultation.

    No follower is told of each: they are told of the consultation.
    """
    articles, _ = rules.split_text(queries.read_text(consultation_id).source)
    if not articles:
        return
    territory_id = consultations.get_consultation(consultation_id).territory_id
    proposals = [
        Proposal(
            consultation_id=consultation_id, territory_id=territory_id, author_id=None, article_number=number,
            title=article.title, body_source=article.body, body_html=markdown_to_html(article.body),
            category=Category.OTHER, created_at=now, published_at=now, support_count=0, argument_count=0,
        )
        for number, article in enumerate(articles, start=1)
    ]  # fmt: skip
    db.session.add_all(proposals)
    db.session.flush()
    publish(
        ArticlesPublished(
            occurred_at=now,
            consultation_id=consultation_id,
            territory_id=territory_id,
            actor_id=publisher_id,
            proposal_ids=tuple(each.id for each in proposals),
        )
    )


def copy_text(*, source_id: int, copy_id: int, now: datetime) -> None:
    """Begin the text of a copy with that of the consultation that it takes up."""
    text = queries.read_text(source_id)
    if text.source:
        db.session.add(TownText(consultation_id=copy_id, source=text.source, version=1, saved_at=now))
