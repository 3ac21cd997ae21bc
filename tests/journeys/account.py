"""Journeys about one's own account."""

import json
import re
from datetime import date

from tests.journeys.story import Company, journey
from tests.journeys.town import PASSWORD


@journey("sign up", usual_mode="no-script")
def sign_up(company: Company) -> None:
    newcomer = company.walker()
    email = f"nouvelle.{company.mode.key}.{id(newcomer)}@example.org"
    newcomer.go("/")
    newcomer.follow("Créer un compte")
    newcomer.fill("Nom affiché", "Paule Garnier")
    newcomer.fill("Adresse électronique", email)
    newcomer.fill("Votre adresse", "simone veil")
    if not newcomer.has_scripts:
        newcomer.press("Chercher mon adresse")
    newcomer.choose("1 rue Simone-Veil")
    newcomer.fill_day("Date de naissance", date(1950, 2, 14))
    newcomer.fill("Mot de passe", PASSWORD)
    newcomer.press("Créer mon compte")
    newcomer.reads_title("Nous vous avons écrit")

    newcomer.follow("Ouvrir la boîte aux lettres de la démonstration")
    newcomer.reads_in_time(email, by_itself=False)
    newcomer.follow("Suivre le lien de ce courriel", near=email)
    newcomer.press("Confirmer mon adresse")
    newcomer.reads(re.compile("est confirmée"))
    newcomer.reads_title("Bonjour Paule")
    newcomer.reads("La Croix-Haute")


@journey("sign in", usual_mode="64-kbit")
def sign_in(company: Company) -> None:
    person = company.town.resident("Nadège Perrin", has_password=True)
    reader = company.walker()
    reader.go("/")
    reader.follow("J’ai déjà un compte")
    reader.fill("Adresse électronique", person.email)
    reader.fill("Mot de passe", "un autre mot de passe")
    reader.press("Se connecter")
    reader.reads(re.compile("Vous n’êtes pas connecté"))  # nothing is lost: the address is still there

    reader.fill("Mot de passe", PASSWORD)
    reader.press("Se connecter")
    reader.reads_title("Bonjour Nadège")


@journey("get my data", usual_mode="keyboard")
def get_my_data(company: Company) -> None:
    person = company.town.resident("Yvette Colin")
    company.town.proposal(person, "Un banc pour Yvette")
    reader = company.walker(person)
    reader.go("/")
    reader.account("Mon compte")
    reader.follow("Mes données")
    kept = json.loads(reader.download("Télécharger mes données"))

    assert person.email in json.dumps(kept, ensure_ascii=False)
    assert "Un banc pour Yvette" in json.dumps(kept, ensure_ascii=False)
