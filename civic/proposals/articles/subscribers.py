"""A text follows its consultation: copied, published with it; and one that cannot be published keeps it a draft."""

from flask_babel import gettext

from civic.consultations.events import ConsultationDrafted, ConsultationPublished
from civic.consultations.models import Consultation
from civic.consultations.readiness import publication_check
from civic.consultations.templates import ARTICLE
from civic.kernel.errors import N_
from civic.kernel.events import within_transaction
from civic.proposals.articles import queries, rules, service

NOTHING_WRITTEN = N_("Le texte dont les habitants débattront n’est pas encore écrit : écrivez ses articles.")


@publication_check
def reasons_of_the_text(consultation: Consultation) -> list[str]:
    source = queries.read_text(consultation.id).source
    if consultation.template == ARTICLE and not source.strip():
        return [gettext(NOTHING_WRITTEN)]
    return [gettext(sentence, **values) for sentence, values in rules.problems_of(source)]


@within_transaction(ConsultationDrafted)
def copy_text(fact: ConsultationDrafted) -> None:
    if fact.copied_from_id:
        service.copy_text(source_id=fact.copied_from_id, copy_id=fact.consultation_id, now=fact.occurred_at)


@within_transaction(ConsultationPublished)
def publish_articles(fact: ConsultationPublished) -> None:
    service.publish_articles(
        consultation_id=fact.consultation_id, publisher_id=fact.actor_id, now=fact.occurred_at
    )
