"""Journeys of the half where one takes part."""

import re

from tests.journeys.story import Company, journey
from tests.journeys.town import CLOSED_QUESTION, CONSULTATION, NEIGHBOURHOOD, QUESTION

RECEIPT = r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}"


@journey("propose", usual_mode="320-px")
def propose(company: Company) -> None:
    author = company.walker(company.town.resident())
    title = f"Un abri pour les vélos ({company.mode.key})"
    author.go("/")
    author.section("Consultations")
    author.follow(CONSULTATION)
    author.follow("Proposer une idée")
    author.fill("Titre", title)
    author.fill("Votre idée", "Devant l’école, à l’abri de la pluie.")
    author.pick("Sujet", "Nature et eau")
    author.pick("Lieu", NEIGHBOURHOOD)
    author.press("Publier ma proposition")
    author.press_if_asked("Publier quand même", unless=title)
    author.reads_title(title)
    author.reads("Votre proposition est publiée")


@journey("support", usual_mode="still")
def support(company: Company) -> None:
    title = f"Une haie devant l’école ({company.mode.key})"
    company.town.proposal(company.town.resident("Jean Aubry"), title)
    reader = company.walker(company.town.resident())
    reader.go("/")
    reader.section("Consultations")
    reader.follow(CONSULTATION)
    reader.follow(title)
    reader.press("Soutenir")
    reader.reads("Votre soutien est compté")
    reader.reads_title(re.compile("^(1|Un)\\s+soutien"))

    reader.press("Retirer mon soutien")
    reader.reads("Votre soutien est retiré")
    reader.reads_title(re.compile("^(0|Aucun)\\s+soutien"))


@journey("vote", usual_mode="keyboard")
def vote(company: Company) -> None:
    voter = company.walker(company.town.voter())
    voter.go("/")
    voter.section("Votes")
    voter.follow(QUESTION)
    voter.follow("Voter")
    voter.choose("Un jardin ombragé")
    voter.press("Déposer mon bulletin dans l’urne")
    voter.reads_title("Votre bulletin est dans l’urne")
    receipt = voter.copies(RECEIPT)

    voter.follow("Vérifier un récépissé")
    voter.fill("Récépissé", receipt)
    voter.press("Vérifier")
    voter.reads("Un bulletin correspond à ce récépissé")
    voter.follow(QUESTION)
    voter.reads("Votre bulletin est dans l’urne")
    voter.does_not_read("Déposer mon bulletin")


@journey("read a result", usual_mode="text-200")
def read_a_result(company: Company) -> None:
    stranger = company.walker()
    stranger.go("/")
    stranger.section("Votes")
    stranger.follow("Terminés")
    stranger.follow(CLOSED_QUESTION)
    stranger.reads("Arrivée en tête")
    stranger.reads_title(re.compile("^Les tilleuls"))
    stranger.reads("inscrits, soit")
    stranger.follow("Les tilleuls")
    stranger.reads_title("Pourquoi ?")
    stranger.reads("des bulletins exprimés")


@journey("moderate", usual_mode="320-px")
def moderate(company: Company) -> None:
    town = company.town
    author_person, title = town.resident("Régis Fournier"), f"À vendre, vélo neuf ({company.mode.key})"
    number = town.proposal(author_person, title)

    neighbour = company.walker(town.resident())
    neighbour.go(f"/propositions/{number}")
    neighbour.follow("Signaler cette proposition")
    neighbour.choose("C’est de la publicité")
    neighbour.press("Envoyer le signalement")
    neighbour.reads(re.compile("Les modérateurs vont lire"))

    moderator = company.walker(town.moderator())
    moderator.go("/")
    moderator.account("Bureau de la mairie")
    moderator.follow("contenu")
    moderator.follow("Lire et décider", near=title)
    moderator.choose("Masquer le contenu")
    moderator.choose("Règle 5")
    moderator.fill("Votre message", "Une annonce n’a pas sa place ici.")
    moderator.press("Enregistrer la décision")
    moderator.reads(re.compile("Le contenu est masqué"))

    author = company.walker(author_person)
    author.go("/")
    author.account("Messages reçus")
    author.reads_in_time("La modération a masqué un de vos contenus", by_itself=False)
    author.press("Ouvrir : La modération a masqué")
    author.reads("Une annonce n’a pas sa place ici.")
    author.reads_title("Vous n’êtes pas d’accord ?")
    assert neighbour.page.goto(f"{town.url}/propositions/{number}").status == 404  # type: ignore[union-attr]


@journey("react and read what all agree on", usual_mode="no-script")
def react_and_read_what_all_agree_on(company: Company) -> None:
    reader = company.walker(company.town.resident())
    reader.go("/")
    reader.section("Consultations")
    reader.follow("La lumière la nuit")
    reader.follow("Réagir aux affirmations")
    reader.press("D’accord")
    reader.reads("Vous avez réagi à 1 affirmation sur")
    reader.reads("Encore 6 réactions")

    reader.follow("Changer cette réponse")
    reader.press("Pas d’accord")
    reader.reads(re.compile(r"»\s: Pas d’accord"))
    reader.reads("Vous avez réagi à 1 affirmation sur")

    reader.follow("Voir la carte des opinions")
    reader.reads_in_time("Ce sur quoi tous les groupes sont d’accord", by_itself=False)
    reader.reads_title("Qui pense comme qui")
    reader.follow("On ne devrait rien éteindre sur le chemin de la gare")
    reader.reads("Écrite par un habitant, publiée sans son nom")
    reader.reads_title("Dans chaque groupe de la carte")


@journey("debate and improve a text", usual_mode="no-script")
def debate_and_improve_a_text(company: Company) -> None:
    town = company.town
    author_person, title = town.resident("Aline Morin"), f"Un abri pour la pluie ({company.mode.key})"
    number = town.proposal(author_person, title)

    opponent = company.walker(town.resident("Boris Kern"))
    opponent.go(f"/propositions/{number}")
    opponent.choose("Contre")
    opponent.fill("Votre argument", "Il sera plein de feuilles.")
    opponent.press("Publier mon argument")
    opponent.reads("Votre argument est publié.")

    neighbour = company.walker(town.resident("Chloé Vial"))
    neighbour.go(f"/propositions/{number}")
    neighbour.choose("Pour")
    neighbour.fill("Votre argument", "On attend debout sous la gouttière.")
    neighbour.press("Publier mon argument")
    neighbour.reads_title("Avez-vous lu cet argument contre ?")
    neighbour.press("Cet argument m’éclaire")
    neighbour.reads("Cet argument vous éclaire.")
    neighbour.fill("Votre réponse", "On le balaie le vendredi.")
    neighbour.press("Publier ma réponse")
    neighbour.reads("On le balaie le vendredi.")

    neighbour.follow(title)
    neighbour.follow("Proposer un changement du texte")
    neighbour.fill("Texte", "Devant l’école, à l’ombre du tilleul.")
    neighbour.fill("Pourquoi ce changement", "Le tilleul abrite déjà un peu.")
    neighbour.press("Voir la différence avant d’envoyer")
    neighbour.reads_title("Voici ce que vous changez")
    neighbour.press("Envoyer mon amendement")
    neighbour.reads("En attente de l’auteur")

    author = company.walker(author_person)
    author.go("/")
    author.account("Messages reçus")
    author.reads_in_time("propose un changement au texte de votre proposition", by_itself=False)
    author.press("Ouvrir : Quelqu’un propose un changement")
    author.press("Accepter et changer le texte")
    author.reads("Modifié d’après l’amendement de Chloé Vial")
    author.reads_title(re.compile("^Version 2"))


@journey("answer together", usual_mode="no-script")
def answer_together(company: Company) -> None:
    town, key = company.town, company.mode.key
    author_person = town.resident("Nour Haddad")
    titles = [f"{what} ({key})" for what in ("Un arceau devant l’école", "Une fontaine devant l’école")]
    numbers = [town.proposal(author_person, title) for title in titles]

    agent = company.walker(town.agent())
    for number in numbers:
        agent.go(f"/propositions/{number}")
        agent.follow("Préparer une réponse")
        agent.choose("Retenue")
        agent.fill("Réponse", "Oui : le service technique le pose au printemps.")
        agent.press("Enregistrer le brouillon")
        agent.reads("Le brouillon de réponse est enregistré")
    agent.follow("Toutes les réponses à donner")
    agent.follow("Rédigées")
    for title in titles:
        agent.tick(f"Choisir {title}")
    agent.pick("Les faire relire par", "Isabelle Courtin")
    agent.press("Demander la relecture")
    agent.reads("2 réponses attendent maintenant leur relecture")

    councillor = company.walker(town.councillor())
    councillor.go("/")
    councillor.account("Bureau de la mairie")
    councillor.follow("Répondre aux propositions")
    for title in titles:
        councillor.follow("À relire par moi")
        councillor.follow("Relire et donner mon avis", near=title)
        councillor.choose("Elle peut être publiée ainsi")
        councillor.press("Donner mon avis")
        councillor.reads("Votre avis est enregistré")
    councillor.follow("Rédigées")
    for title in titles:
        councillor.tick(f"Choisir {title}")
    councillor.press("Vérifier avant de publier")
    councillor.reads("Rien n’est encore publié")
    councillor.press("Publier les 2 réponses")
    councillor.reads("2 réponses sont publiées ensemble")

    author = company.walker(author_person)
    author.go("/")
    author.account("Messages reçus")
    author.reads_in_time("La mairie a répondu à 2 propositions", by_itself=False)


@journey("compose a consultation", usual_mode="no-script")
def compose_a_consultation(company: Company) -> None:
    title = f"La cour de l’école ({company.mode.key})"
    councillor = company.walker(company.town.councillor())
    councillor.go("/")
    councillor.section("Consultations")
    councillor.follow("Écrire une consultation")
    councillor.reads_title(re.compile("^De quoi avez-vous besoin"))
    councillor.follow("Boîte à idées")
    councillor.fill("Titre", title)
    councillor.fill("Présentation", "La cour est goudronnée et très chaude l’été. Que faut-il y mettre ?")
    councillor.press("Enregistrer et continuer")
    councillor.reads_title(re.compile("^Qui est concerné"))
    councillor.press("Enregistrer et continuer")
    councillor.reads_title(re.compile("^Quand"))
    councillor.reads("12 semaines")
    councillor.press("Enregistrer et continuer")
    councillor.reads_title("Vérifier et publier")
    councillor.follow("Pendant « Vos idées »")
    councillor.reads("Aperçu : ce que verront les habitants")
    councillor.follow("Vérifier et publier")
    councillor.press("Publier maintenant")
    councillor.reads("La consultation est publiée")

    stranger = company.walker()
    stranger.go("/")
    stranger.section("Consultations")
    stranger.follow(title)
    stranger.reads_title(title)
