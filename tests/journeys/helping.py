"""Journeys of volunteers and of who organises them: their limits, a gathering, a list of the town hall that becomes offers."""

import re

from tests.journeys.solidarity import tuesday_at
from tests.journeys.story import Company, journey


@journey("choose one's limits", usual_mode="320-px")
def choose_limits(company: Company) -> None:
    volunteer = company.walker(company.town.help_sought().volunteer)
    volunteer.go("/")
    volunteer.section("Entraide")
    volunteer.follow("Mes limites")
    volunteer.fill("Combien de sollicitations par semaine", "3")
    volunteer.press("Enregistrer")
    volunteer.reads(re.compile("nous en tenons compte dès maintenant"))


@journey("organise a gathering and come", usual_mode="no-script")
def organise_and_come(company: Company) -> None:
    organiser = company.walker(company.town.association())
    organiser.go("/")
    organiser.section("Entraide")
    organiser.follow("Rendez-vous")
    organiser.follow("Préparer un rendez-vous")
    organiser.fill("En une ligne", "Grand tri des vélos")
    organiser.fill("Où", "Atelier de la gare")
    organiser.press("Continuer")
    organiser.reads_title("Grand tri des vélos")
    organiser.fill("Ce qu’on y fait", "Démontage")
    organiser.fill_instant("Début", tuesday_at(9))
    organiser.fill_instant("Fin", tuesday_at(11))
    organiser.fill("Combien de personnes", "1")
    organiser.press("Ajouter ce créneau")
    organiser.press("Publier le rendez-vous")
    organiser.reads(re.compile("chacun peut s’inscrire"))
    address = organiser.page.url

    first, second = (company.walker(company.town.resident(name)) for name in ("Lise Caron", "Paul Weber"))
    first.go(address)
    first.press("Je viens")
    first.reads("Vous avez une place")
    assert "SUMMARY:Grand tri des vélos – Démontage" in first.download("Mettre dans mon agenda")
    second.go(address)
    second.press("Me mettre sur la liste d’attente")
    second.reads(re.compile("Vous êtes au rang 1"))
    first.press("Je ne peux plus venir", asks=True)
    second.reload()
    second.press("Oui, je viens")
    second.reads("Vous avez une place")
    organiser.follow("Voir les inscrits")
    organiser.reads(re.compile("Paul Weber"))


@journey("import a list of offers", usual_mode="keyboard")
def import_offers(company: Company) -> None:
    agent = company.walker(company.town.agent())
    agent.go("/")
    agent.section("Entraide")
    agent.follow("Bénévoles")
    agent.follow("Importer une liste")
    table = "Nom;Courriel;Téléphone;Aide;Quartier\r\nJeanne Petit;jeanne.petit@exemple.fr;06 39 98 20 20;Courses;La Croix-Haute\r\n"
    agent.bring("Fichier", "liste.csv", table)
    agent.press("Lire le fichier")
    agent.reads("Jeanne Petit")
    agent.press("Importer et demander leur accord")
    agent.reads(re.compile("Jeanne Petit"))
