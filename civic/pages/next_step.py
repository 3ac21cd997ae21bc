"""The one thing that a person had better do first, told on her home page: who waits for somebody comes before who waits for news."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from civic.pages.desk import Desk
from civic.pages.layout import link_to
from civic.pages.queries.home import Engaged, OpenNow, Waiting
from civic.territories.models import Territory
from civic.web.languages import deadline_in_words, instant_in_words


@dataclass(frozen=True)
class NextStep:
    """One thing to do.

    Attributes:
        subject: what was chosen, so that the list under it does not say it again.
    """

    title: str
    text: str
    label: str
    url: str
    half: str
    icon: str
    subject: Any = None


def choose_next_step(
    *, place: Territory | None, waiting: Waiting, desk: Desk | None, open_now: OpenNow, engaged: Engaged
) -> NextStep | None:
    """Return the first thing to do, or None when nothing waits."""
    steps = (
        *_for_neighbours(waiting),
        *_for_town_hall(desk),
        *_for_who_lives_here(place, waiting),
        *_for_volunteers(engaged),
        *_for_opinions(open_now, engaged),
    )
    return next(iter(steps), None)


def _for_neighbours(waiting: Waiting) -> Iterator[NextStep]:
    for invitation in waiting.invitations:
        yield NextStep(
            title=invitation.request.title,
            text=gettext(
                "Quelqu’un a besoin de vous. Répondez oui ou non, jusqu’au %(when)s.",
                when=deadline_in_words(invitation.expires_at),
            ),
            label=gettext("Répondre"),
            url=link_to("matching.list_invitations"),
            half="solidarity",
            icon="heart",
            subject=invitation,
        )
    for match in waiting.to_confirm:
        yield NextStep(
            title=match.request.title,
            text=gettext("Le bénévole dit que c’est fait. L’avez-vous bien reçue, cette aide ?"),
            label=gettext("Confirmer"),
            url=link_to("matching.show_match", match_id=match.id),
            half="solidarity",
            icon="check",
            subject=match,
        )
    for match in waiting.matches:
        if match.is_volunteer:
            yield NextStep(
                title=match.request.title,
                text=gettext(
                    "%(name)s compte sur vous : %(when)s.",
                    name=match.other_name or gettext("Une personne"),
                    when=instant_in_words(match.request.starts_at),
                ),
                label=gettext("Voir les coordonnées"),
                url=link_to("matching.show_match", match_id=match.id),
                half="solidarity",
                icon="hands",
                subject=match,
            )


def _for_town_hall(desk: Desk | None) -> Iterator[NextStep]:
    for _, half, tasks in desk.groups if desk else ():
        for task in tasks:
            if task.count and task.is_urgent:
                yield NextStep(
                    title=f"{task.count} {task.label}",
                    text=gettext("Quelqu’un attend une réponse de la mairie."),
                    label=gettext("Commencer"),
                    url=task.url,
                    half=half,
                    icon="town-hall",
                )


def _for_who_lives_here(place: Territory | None, waiting: Waiting) -> Iterator[NextStep]:
    if place is None:
        yield NextStep(
            title=gettext("Dites-nous où vous habitez"),
            text=gettext("Vous verrez ce qui concerne votre quartier, et vous pourrez y prendre part."),
            label=gettext("Indiquer mon quartier"),
            url=link_to("accounts.show_account"),
            half="town",
            icon="map-pin",
        )
    for poll in waiting.polls:
        yield NextStep(
            title=poll.question,
            text=gettext("C’est à vous de voter, jusqu’au %(when)s.", when=deadline_in_words(poll.closes_at)),
            label=gettext("Voter"),
            url=link_to("voting.show_poll", poll_id=poll.id),
            half="participation",
            icon="ballot",
            subject=poll,
        )


def _for_volunteers(engaged: Engaged) -> Iterator[NextStep]:
    if engaged.is_on_duty is False:
        yield NextStep(
            title=gettext("Avez-vous un moment ces jours-ci ?"),
            text=gettext("Vous n’êtes pas disponible : personne ne peut vous demander de l’aide."),
            label=gettext("Me dire disponible"),
            url=link_to("matching.list_invitations"),
            half="solidarity",
            icon="bell",
        )


def _for_opinions(open_now: OpenNow, engaged: Engaged) -> Iterator[NextStep]:
    """Nobody is asked for an opinion on what she asks herself."""
    own = {view.id for view in engaged.consultations}
    for view in (each for each in open_now.consultations if each.id not in own):
        yield NextStep(
            title=view.title,
            text=gettext("La mairie vous demande votre avis."),
            label=gettext("Donner mon avis"),
            url=link_to("consultations.show_consultation", consultation_id=view.id),
            half="participation",
            icon="lightbulb",
            subject=view,
        )
