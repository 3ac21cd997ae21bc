"""Journeys of the half where one helps."""

import re
from datetime import datetime, timedelta

from civic.kernel.clock import TOWN_TIME
from tests.journeys.story import Company, journey
from tests.journeys.town import NEIGHBOURHOOD


def tuesday_at(hour: int) -> datetime:
    """Return a time of the next Tuesday, on the town hall's clock: nobody of the demonstration mends things on a Sunday."""
    today = datetime.now(TOWN_TIME)
    day = today + timedelta(days=(1 - today.weekday()) % 7 or 7)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@journey("offer help", usual_mode="no-script")
def offer_help(company: Company) -> None:
    volunteer = company.walker(company.town.resident("Samir Belkacem"))
    volunteer.go("/")
    volunteer.section("Entraide")
    volunteer.follow("Proposer mon aide")
    volunteer.pick("Quelle aide ?", "Prêts et partage")
    volunteer.fill("En une ligne", "Je prête ma perceuse")
    volunteer.tick(NEIGHBOURHOOD)
    volunteer.tick("samedi matin")
    volunteer.tick("J’ai lu cette charte")
    volunteer.press("Publier")
    volunteer.reads_title("Je prête ma perceuse")
    volunteer.reads(re.compile("est en ligne"))


@journey("ask for help", usual_mode="keyboard")
def ask_for_help(company: Company) -> None:
    person = company.walker(company.town.resident("Odette Vasseur"))
    person.go("/")
    person.section("Entraide")
    person.follow("Demander de l’aide")
    person.choose("Petites réparations")
    person.fill("En une ligne", "Une tringle à poser")
    person.press("Continuer")
    person.choose("Quand cela arrange")
    person.choose("Un autre moment")
    person.fill_instant("À partir de", tuesday_at(9))
    person.fill_instant("Au plus tard", tuesday_at(12))
    person.press("Continuer")
    person.fill("Téléphone", "06 39 98 11 22")
    person.press("Continuer")
    person.reads("Une tringle à poser")
    person.reads("06 39 98 11 22")
    person.press("Envoyer ma demande")
    person.reads_title("Une tringle à poser")
    person.reads_title("Où en est la recherche")
    person.reads("La demande est partie")


@journey("accept an invitation", usual_mode="mouse")
def accept_an_invitation(company: Company) -> None:
    sought = company.town.help_sought()
    volunteer = company.walker(sought.volunteer)
    volunteer.go("/")
    volunteer.follow(sought.title)
    volunteer.press("J’y vais", near=sought.title)
    volunteer.reads_title(sought.title)
    volunteer.reads(re.compile("La personne est prévenue"))
    volunteer.does_not_read(sought.phone)
    volunteer.press("Voir les coordonnées")
    volunteer.reads(sought.phone)
    volunteer.fill("Votre message", "Bonjour, je passe à dix heures.")
    volunteer.press("Envoyer", stays=volunteer.has_scripts)
    volunteer.reads("Bonjour, je passe à dix heures.")

    requester = company.walker(sought.requester)
    requester.go("/")
    requester.follow(sought.title)
    requester.reads("Bonjour, je passe à dix heures.")
    volunteer.press("Je suis en route")
    volunteer.press("C’est fait")
    requester.reads_in_time("Le bénévole dit que c’est fait")
    requester.press("Oui, c’est fait")
    requester.reads(re.compile("Cette mise en relation est terminée"))
    volunteer.reads_in_time("Cette mise en relation est terminée")
    volunteer.does_not_read(sought.phone)


@journey("cancel", usual_mode="320-px")
def cancel(company: Company) -> None:
    sought = company.town.help_sought(is_accepted=True)
    volunteer = company.walker(sought.volunteer)
    volunteer.go("/")
    volunteer.follow(sought.title)

    requester = company.walker(sought.requester)
    requester.go(f"/entraide/demandes/{sought.id}")
    requester.press("Annuler la demande", asks=True)
    requester.reads("La demande est annulée")

    volunteer.reads_in_time("Cette mise en relation est terminée")
    volunteer.account("Messages reçus")
    volunteer.reads(re.compile(rf"«\s{sought.title}\s» a été annulée"))
