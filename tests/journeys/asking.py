"""Journeys of who needs help again and again, and of who changes her mind on the telephone."""

import re

from tests.journeys.solidarity import tuesday_at
from tests.journeys.story import Company, journey


@journey("ask for help every week", usual_mode="no-script")
def ask_every_week(company: Company) -> None:
    person = company.walker(company.town.resident("Odile Marchand"))
    person.go("/")
    person.section("Entraide")
    person.follow("Demander de l’aide")
    person.choose("Courses")
    person.fill("En une ligne", "Porter les courses")
    person.press("Continuer")
    person.choose("Un autre moment")
    person.fill_instant("À partir de", tuesday_at(10))
    person.fill_instant("Au plus tard", tuesday_at(12))
    person.choose("Quand cela arrange")
    person.choose("Chaque semaine")
    person.press("Continuer")
    person.fill("Téléphone", "06 39 98 11 23")
    person.tick("Il y a du lourd à porter")
    person.press("Continuer")
    person.reads(re.compile("chaque semaine, le "))
    person.reads("du lourd à porter")
    person.press("Envoyer ma demande")
    person.reads_title("Porter les courses")
    person.follow("Voir toutes les fois de cette aide régulière")
    person.reads(re.compile("chaque semaine, le "))
    person.reads("Prévue")
    person.press("Arrêter cette aide régulière", asks=True)
    person.reads("L’aide régulière est arrêtée")


@journey("withdraw a consent", usual_mode="320-px")
def withdraw_a_consent(company: Company) -> None:
    agent = company.walker(company.town.agent())
    agent.go("/entraide/demande-par-telephone")
    agent.choose("Pas encore : quelqu’un appelle pour elle")
    agent.fill("Nom et prénom", "Yvette Lambert")
    agent.fill("Téléphone", "06 39 98 11 24")
    agent.pick("Quelle aide ?", "Visites et appels")
    agent.fill("En une ligne", "Une visite le jeudi")
    agent.pick("Quartier", "La Croix-Haute")
    agent.choose("Demain")
    agent.press("Envoyer la demande")
    agent.reads(re.compile("attend l’accord de la personne"))

    agent.go("/entraide/appels")
    agent.reads("Demander son accord")
    agent.follow("Yvette Lambert", near="Demander son accord")
    agent.follow("Lire le texte de l’accord et noter la réponse")
    agent.choose("De vive voix, au téléphone ou au guichet")
    agent.press("Elle est d’accord")
    agent.reads("L’accord est noté")

    agent.follow("Retirer l’accord")
    agent.press("Retirer l’accord", asks=True)
    agent.reads(re.compile("les coordonnées sont effacées"))
    agent.reads("Annulée")
