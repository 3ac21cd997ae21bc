"""The desk of the town hall: what waits for each role, in words, with its number and its place."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import ngettext

from civic.accounts.models import Role
from civic.kernel.access import Actor
from civic.kernel.errors import N_
from civic.pages.desk_tasks import Task
from civic.pages.inquiry_tasks import inquiry_tasks
from civic.pages.layout import link_to
from civic.pages.petition_tasks import examining_tasks, petition_tasks
from civic.pages.queries import desk as queries
from civic.pages.register_tasks import register_tasks
from civic.proposals.answers.queries import count_desk


@dataclass(frozen=True)
class Shortcut:
    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class Desk:
    """``groups``: a heading, the half it belongs to, and its tasks."""

    groups: list[tuple[str, str, list[Task]]] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return sum(task.count for _, _, tasks in self.groups for task in tasks if not task.is_notice)


def build_desk(actor: Actor, *, at: datetime) -> Desk:
    """Return what waits for the actor, by her roles and their territories."""
    desk = Desk(shortcuts=_shortcuts(actor))
    agent = _places(actor, Role.AGENT)
    writers = _places(actor, Role.AGENT, Role.COUNCILLOR)
    deciders = _places(actor, Role.MODERATOR, Role.ADMIN)
    if agent:
        desk.groups.append((N_("Entraide"), "solidarity", _solidarity(agent, at)))
    if writers:
        desk.groups.append((N_("Participation"), "participation", _participation(actor, writers, at)))
    if deciders:
        desk.groups.append((N_("Modération"), "town", _moderation(actor, deciders, at)))
    officers = _places(actor, Role.SAFEGUARDING)
    if officers:
        desk.groups.append((N_("Protection des personnes"), "solidarity", _safeguarding(actor, officers)))
    keeper = _places(actor, Role.REGISTER_KEEPER)
    if keeper:
        desk.groups.append((N_("Registre des personnes fragiles"), "solidarity", register_tasks(keeper)))
    people = _places(actor, Role.AGENT, Role.ADMIN)
    if people:
        desk.groups.append((N_("Personnes et associations"), "town", _people(people)))
    return desk


def _places(actor: Actor, *roles: Role) -> set[int]:
    return {territory_id for role, territory_id in actor.grants if role in roles}


def _solidarity(places: set[int], at: datetime) -> list[Task]:
    counts = queries.count_solidarity(places, at=at)
    return [*_requests_that_wait(counts), *_people_and_searches(counts, places, at)]


WATCHED = "matching.list_watched_requests"


def _requests_that_wait(counts: queries.Solidarity) -> list[Task]:
    return [
        Task(
            counts.unanswered,
            ngettext(
                "demande restée sans bénévole, à reprendre",
                "demandes restées sans bénévole, à reprendre",
                counts.unanswered,
            ),
            link_to(WATCHED, etat="waiting"),
            is_urgent=True,
        ),
        Task(
            counts.to_read,
            ngettext(
                "demande à relire avant de la proposer",
                "demandes à relire avant de les proposer",
                counts.to_read,
            ),
            link_to(WATCHED, etat="to_read"),
            is_urgent=True,
        ),
        Task(
            counts.set_aside,
            ngettext(
                "demande attend l’accord de la personne, ou un doute à lever",
                "demandes attendent l’accord de la personne, ou un doute à lever",
                counts.set_aside,
            ),
            link_to(WATCHED, etat="set_aside"),
        ),
    ]


def _people_and_searches(counts: queries.Solidarity, places: set[int], at: datetime) -> list[Task]:
    to_meet = queries.count_volunteers_to_meet(places, at=at)
    return [
        Task(
            counts.calls,
            ngettext("personne à rappeler", "personnes à rappeler", counts.calls),
            link_to("telephone_desk.list_calls"),
        ),
        Task(
            counts.to_confirm,
            ngettext(
                "aide à confirmer avec la personne aidée",
                "aides à confirmer avec la personne aidée",
                counts.to_confirm,
            ),
            link_to(WATCHED, etat="under_way"),
        ),
        Task(
            counts.seeking,
            ngettext("demande qui cherche un bénévole", "demandes qui cherchent un bénévole", counts.seeking),
            link_to(WATCHED, etat="seeking"),
            is_notice=True,
        ),
        Task(
            to_meet,
            ngettext(
                "bénévole à rencontrer avant de lui confier une aide",
                "bénévoles à rencontrer avant de leur confier une aide",
                to_meet,
            ),
            link_to("volunteers.list_volunteers"),
        ),
    ]


def _participation(actor: Actor, places: set[int], at: datetime) -> list[Task]:
    answers, owed = queries.count_answers(places, at=at), count_desk(places, reader_id=actor.id, at=at)
    drafts = queries.count_draft_consultations(places)
    listed = "consultations.list_consultations"
    tasks = [
        Task(
            owed.late,
            ngettext(
                "réponse promise aux habitants est en retard",
                "réponses promises aux habitants sont en retard",
                owed.late,
            ),
            link_to("answers.list_owed", etat="late"),
            is_urgent=True,
        ),
        Task(
            owed.mine,
            ngettext(
                "réponse à relire avant sa publication", "réponses à relire avant leur publication", owed.mine
            ),
            link_to("answers.list_owed", etat="to_read"),
            is_urgent=True,
        ),
        Task(
            owed.due - owed.late,
            ngettext(
                "réponse promise, encore dans les temps",
                "réponses promises, encore dans les temps",
                owed.due - owed.late,
            ),
            link_to("answers.list_owed"),
            is_notice=True,
        ),
        Task(
            answers.due,
            ngettext(
                "proposition d’une consultation finie attend une réponse",
                "propositions de consultations finies attendent une réponse",
                answers.due,
            ),
            link_to(listed, status="finished"),
            is_urgent=True,
        ),
        Task(
            answers.drafted,
            ngettext("réponse rédigée, à publier", "réponses rédigées, à publier", answers.drafted),
            link_to("answers.list_owed", etat="drafted"),
        ),
        Task(
            drafts,
            ngettext("consultation en brouillon", "consultations en brouillon", drafts),
            link_to(listed, status="draft"),
        ),
    ]
    is_agent = bool(_places(actor, Role.AGENT))
    tasks += petition_tasks(places, at, may_examine=is_agent)
    tasks += inquiry_tasks(places, at)
    return tasks + (_polls(places, at) if is_agent else [])


def _polls(places: set[int], at: datetime) -> list[Task]:
    polls = queries.count_polls(places, at=at)
    listed = "voting.list_polls"
    return [
        Task(
            polls.papers,
            ngettext(
                "vote scellé clos, dont le papier est à dépouiller",
                "votes scellés clos, dont le papier est à dépouiller",
                polls.papers,
            ),
            link_to(listed, status="closed"),
            is_urgent=True,
        ),
        Task(
            polls.drafts,
            ngettext("scrutin préparé, à ouvrir", "scrutins préparés, à ouvrir", polls.drafts),
            link_to(listed, status="draft"),
        ),
        Task(
            polls.opening_soon,
            ngettext(
                "scrutin ouvre dans les sept jours",
                "scrutins ouvrent dans les sept jours",
                polls.opening_soon,
            ),
            link_to(listed, status="coming"),
            is_notice=True,
        ),
        Task(
            polls.closing_soon,
            ngettext(
                "scrutin ferme dans les sept jours",
                "scrutins ferment dans les sept jours",
                polls.closing_soon,
            ),
            link_to(listed, status="open"),
            is_notice=True,
        ),
    ]


def _moderation(actor: Actor, places: set[int], at: datetime) -> list[Task]:
    """An agent who moderates finds petitions with what else she does of them."""
    counts = queries.count_moderation(places)
    examines = _places(actor, Role.MODERATOR) - _places(actor, Role.AGENT)
    return [
        *(examining_tasks(examines, at) if examines else []),
        Task(
            counts.flagged,
            ngettext("contenu signalé", "contenus signalés", counts.flagged),
            link_to("moderation.show_queue"),
            is_urgent=True,
        ),
        Task(
            counts.appeals,
            ngettext("recours d’auteur", "recours d’auteurs", counts.appeals),
            link_to("moderation.show_appeals"),
        ),
    ]


def _safeguarding(actor: Actor, places: set[int]) -> list[Task]:
    waiting = queries.count_concerns(places, reader_id=actor.id)
    return [
        Task(
            waiting,
            ngettext(
                "alerte sur la sécurité d’une personne, à traiter",
                "alertes sur la sécurité d’une personne, à traiter",
                waiting,
            ),
            link_to("safeguarding.list_concerns"),
            is_urgent=True,
        )
    ]


def _people(places: set[int]) -> list[Task]:
    residencies = queries.count_residencies_to_verify(places)
    organisations = queries.count_organisations_to_verify(places)
    return [
        Task(
            residencies,
            ngettext("domicile à vérifier", "domiciles à vérifier", residencies),
            link_to("accounts.show_people", residency="declared"),
        ),
        Task(
            organisations,
            ngettext("association à vérifier", "associations à vérifier", organisations),
            link_to("accounts.show_organisations_desk"),
        ),
    ]


def _shortcuts(actor: Actor) -> list[Shortcut]:
    """What is begun from here, for those who may."""
    agent, councillor = actor.has_role(Role.AGENT), actor.has_role(Role.COUNCILLOR)
    admin, keeper = actor.has_role(Role.ADMIN), actor.has_role(Role.REGISTER_KEEPER)
    entries = (
        (agent, N_("Saisir une demande par téléphone"), "mutual_aid.show_telephone_desk", "phone"),
        (
            agent or councillor,
            N_("Écrire une consultation"),
            "composing.choose_template",
            "megaphone",
        ),
        (agent or councillor, N_("Répondre aux propositions"), "answers.list_owed", "edit"),
        (agent or councillor, N_("Pétitions"), "petitions.list_desk", "edit"),
        (agent or councillor, N_("Enquêtes publiques"), "inquiries.list_desk", "book"),
        (agent, N_("Préparer un scrutin"), "voting.show_new_poll", "ballot"),
        (agent, N_("Bénévoles"), "volunteers.list_volunteers", "heart"),
        (keeper, N_("Registre des personnes fragiles"), "register.list_register", "book"),
        (keeper, N_("Campagnes d’appels"), "campaigns.list_campaigns", "phone"),
        (agent, N_("Inscrire quelqu’un"), "accounts.show_register_person", "user"),
        (agent or councillor, N_("Affiches, gros caractères, écrans"), "paper.list_sheets", "file"),
        (agent or admin, N_("Personnes et rôles"), "accounts.show_people", "users"),
        (agent or admin, N_("Quartiers"), "territories.show_import", "map-pin"),
        (agent or admin, N_("Habitants par quartier et par âge"), "synthesis.show_population", "users"),
        (agent or admin, N_("Adresses de la commune"), "territories.show_address_import", "home"),
        (agent or admin, N_("Conseils de quartier"), "councils.list_councils", "messages"),
        (agent, N_("Délibérations et procès-verbaux"), "records.list_records", "file"),
        (agent, N_("Appels à candidatures"), "calls.list_calls", "megaphone"),
        (agent, N_("Tirages au sort"), "draws.list_draws", "users"),
        (agent or admin, N_("Coordonnées de la mairie"), "pages.show_town_hall_form", "town-hall"),
        (agent or admin, N_("Nom, blason et couleurs"), "identity.show_form", "settings"),
    )
    return [
        Shortcut(label, url, icon)
        for is_for_actor, label, endpoint, icon in entries
        if is_for_actor and (url := link_to(endpoint))
    ]
