"""Journeys of sealed polls: an agent prepares one, a resident votes in one, and whoever has a receipt checks it in the register."""

from tests.journeys.story import Company, journey
from tests.journeys.town import QUESTION, SEALED_QUESTION

CAST = "Déposer mon bulletin dans l’urne"


@journey("prepare a sealed poll", usual_mode="no-script")
def prepare_a_sealed_poll(company: Company) -> None:
    town = company.town
    title = f"Qui portera le drapeau ? ({company.mode.key})"
    town.draft_poll(title)
    agent = company.walker(town.agent())
    agent.go("/")
    agent.section("Votes")
    agent.follow("Brouillons")
    agent.follow(title)
    agent.follow("Le secret du vote")
    agent.press("Choisir le vote scellé")
    agent.reads("nommez le tiers qui fabrique les codes")
    agent.fill("Nom du tiers", "Maître Simon, huissier")
    agent.press("Enregistrer ce nom")

    agent.bring("La liste publique des codes", "codes.pubcreds", town.public_codes(title))
    agent.press("Lire cette liste")
    agent.reads("Autant de codes que d’habitants sur la liste")
    agent.press("Reprendre cette liste")
    for name in ("Anne, majorité", "Boris, opposition"):
        agent.fill("Nom du dépositaire", name)
        agent.bring("Sa clé publique", "cle.pubkey", town.public_key())
        agent.press("Ajouter ce dépositaire")
        agent.reads("Dépositaire ajouté")
    agent.reads("Tout est prêt")

    agent.follow("Ouvrir…")
    agent.press("Figer et publier ce scrutin")
    agent.follow("Lire le registre")
    agent.reads("Urne scellée prête et vide")


@journey("vote in a sealed poll", usual_mode="320-px")
def vote_in_a_sealed_poll(company: Company) -> None:
    person, code = company.town.sealed_voter()
    voter = company.walker(person)
    voter.go("/")
    voter.section("Votes")
    voter.follow(SEALED_QUESTION)
    voter.follow("Voter")
    if not voter.has_scripts:
        voter.reads_title("Ce vote demande un navigateur qui exécute les programmes de la page")
        voter.reads("vous y votez sur papier")
        return
    voter.choose("Oui")
    voter.fill("Le code de votre lettre", code)
    voter.press("Relire mon bulletin", stays=True)
    voter.reads_title("Votre bulletin n’est pas encore dans l’urne")
    voter.press(CAST)
    voter.reads_title("Votre bulletin est dans l’urne")
    voter.follow("Le retrouver dans l’urne")
    voter.reads("Ce bulletin est dans l’urne, et il compte")


@journey("check a receipt in the register", usual_mode="mouse")
def check_a_receipt_in_the_register(company: Company) -> None:
    voter = company.walker(company.town.voter())
    voter.go("/")
    voter.section("Votes")
    voter.follow(QUESTION)
    voter.follow("Voter")
    voter.choose("Un jardin ombragé")
    voter.press(CAST)
    signed = voter.opens("Le récépissé signé, en entier")

    stranger = company.walker()
    stranger.go("/")
    stranger.section("Votes")
    stranger.follow(QUESTION)
    stranger.follow("Lire le registre")
    stranger.reads_title("La tête du registre")
    stranger.follow("Vérifier un récépissé")
    stranger.fill("Récépissé", signed)
    stranger.press("Vérifier")
    stranger.reads("Tout concorde")
    stranger.reads("La ligne du registre qu’il cite y est toujours.")
