"""What waits, at the desk, for whom the mayor named to keep the register."""

from flask_babel import ngettext

from civic.checkins.campaigns.queries import count_for_town
from civic.checkins.campaigns.rules import CallState
from civic.checkins.register.queries import count_entries
from civic.kernel.clock import town_today
from civic.pages.desk_tasks import Task
from civic.pages.layout import link_to
from civic.territories.queries import find_town


def register_tasks(places: set[int]) -> list[Task]:
    """Return the tasks of the register, in the communes among these places."""
    waiting, today = count_for_town(places), town_today()
    alarms = waiting.get(CallState.ALARM, 0)
    unreached = waiting.get(CallState.UNREACHED, 0)
    needs = waiting.get(CallState.NEEDS, 0)
    letters = sum(count_entries(place, state="to_tell", on=today) for place in _towns(places))
    stale = sum(count_entries(place, state="to_check", on=today) for place in _towns(places))
    campaigns = link_to("campaigns.list_campaigns")
    return [
        Task(
            alarms,
            ngettext(
                "appel inquiétant, à suivre maintenant", "appels inquiétants, à suivre maintenant", alarms
            ),
            campaigns,
            is_urgent=True,
        ),
        Task(
            unreached,
            ngettext(
                "personne qui ne répond pas : passage à prévoir",
                "personnes qui ne répondent pas : passages à prévoir",
                unreached,
            ),
            campaigns,
            is_urgent=True,
        ),
        Task(
            needs,
            ngettext(
                "personne appelée qui a besoin de quelque chose",
                "personnes appelées qui ont besoin de quelque chose",
                needs,
            ),
            campaigns,
        ),
        Task(
            letters,
            ngettext("lettre du registre à envoyer", "lettres du registre à envoyer", letters),
            link_to("register.list_register", state="to_tell"),
        ),
        Task(
            stale,
            ngettext("fiche du registre à vérifier", "fiches du registre à vérifier", stale),
            link_to("register.list_register", state="to_check"),
        ),
    ]


def _towns(places: set[int]) -> list[int]:
    """A role on a commune is listed on each of its neighbourhoods too: each person is counted once."""
    town = find_town()
    return [town.id] if town is not None and town.id in places else sorted(places)
