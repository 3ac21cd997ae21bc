"""What a topic is called, where it is read, and whether a person may read it: each feature is asked about its own."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.councils.models import Council
from civic.inquiries.models import Inquiry
from civic.inquiries.queries import is_public as is_public_inquiry
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.errors import N_
from civic.notifications.following.errors import TopicNotFound
from civic.notifications.following.rules import Topic, TopicKind
from civic.petitions.models import Petition
from civic.petitions.queries import is_public as is_public_petition
from civic.proposals.models import Proposal
from civic.proposals.naming import kinds_of
from civic.proposals.rules import CATEGORY_NAMES, Category
from civic.territories.models import Territory
from civic.voting.models import Poll
from civic.voting.rules import PollState

KIND_NAMES = {
    TopicKind.PROPOSAL: N_("Proposition"),
    TopicKind.PETITION: N_("Pétition"),
    TopicKind.INQUIRY: N_("Enquête publique"),
    TopicKind.POLL: N_("Scrutin"),
    TopicKind.COUNCIL: N_("Conseil de quartier"),
    TopicKind.CONSULTATION: N_("Consultation"),
    TopicKind.PLACE: N_("Quartier"),
    TopicKind.THEME: N_("Sujet"),
}


@dataclass(frozen=True)
class NamedTopic:
    """A topic as it is read. ``path``: none for a theme, which has no page of its own. ``kind``, and a theme's name, are source texts."""

    topic: Topic
    kind: str
    name: str
    path: str


def ensure_followable(actor: Actor, topic: Topic) -> None:
    """Raises NotSignedIn; TopicNotFound: there is none, or it is not public."""
    _ = actor.id
    if topic not in name_topics([topic]):
        raise TopicNotFound


def name_topics(topics: Collection[Topic]) -> dict[Topic, NamedTopic]:
    """Return the topics that are public, with their names: a query a kind, whatever their number."""
    named: dict[Topic, NamedTopic] = {}
    for kind in TopicKind:
        keys = {topic.key for topic in topics if topic.kind is kind}
        if kind is TopicKind.THEME:
            for key in keys & {category.value for category in Category}:
                named[Topic(kind, key)] = NamedTopic(
                    Topic(kind, key), KIND_NAMES[kind], CATEGORY_NAMES[Category(key)], ""
                )
        else:
            ids = {int(key) for key in keys if key.isascii() and key.isdigit() and len(key) <= 9}
            called = kinds_of(ids) if kind is TopicKind.PROPOSAL else {}
            for id, name in db.session.execute(_public(kind, ids)) if ids else ():
                topic = Topic(kind, str(id))
                named[topic] = NamedTopic(
                    topic, called.get(id, KIND_NAMES[kind]), name, PATHS[kind] + str(id)
                )
    return named


PATHS = {
    TopicKind.PROPOSAL: "/propositions/",
    TopicKind.PETITION: "/petitions/",
    TopicKind.INQUIRY: "/enquetes-publiques/",
    TopicKind.POLL: "/scrutins/",
    TopicKind.COUNCIL: "/conseils-de-quartier/",
    TopicKind.CONSULTATION: "/consultations/",
    TopicKind.PLACE: "/quartiers/",
}


def _public(kind: TopicKind, ids: set[int]) -> sa.Select[int, str]:
    if kind is TopicKind.PROPOSAL:
        return sa.select(Proposal.id, Proposal.title).where(
            Proposal.id.in_(ids), Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None)
        )
    if kind is TopicKind.PETITION:
        return sa.select(Petition.id, Petition.title).where(Petition.id.in_(ids), is_public_petition())
    if kind is TopicKind.INQUIRY:
        return sa.select(Inquiry.id, Inquiry.title).where(Inquiry.id.in_(ids), is_public_inquiry())
    if kind is TopicKind.POLL:
        return sa.select(Poll.id, Poll.question).where(Poll.id.in_(ids), Poll.state == PollState.FROZEN)
    if kind is TopicKind.COUNCIL:
        return sa.select(Council.id, Council.name).where(Council.id.in_(ids))
    if kind is TopicKind.CONSULTATION:
        return sa.select(Consultation.id, Consultation.title).where(
            Consultation.id.in_(ids), Consultation.state == ConsultationState.PUBLISHED
        )
    return sa.select(Territory.id, Territory.name).where(Territory.id.in_(ids))
