"""Journeys of who holds votes and sittings: an agent prepares a poll, brings its roll, enters a ballot; a council votes in secret, and is led."""

from datetime import timedelta

from civic.kernel.clock import TOWN_TIME, utc_now
from tests.journeys.story import Company, journey
from tests.journeys.town import NEIGHBOURHOOD, QUESTION

TITLES = "Nom;Prénoms;Date de naissance;Lieu de naissance"
SIMONE = "Lebrun;Simone;14/03/1941;Aubernay"
PAUL = "Morel;Paul;02/11/1938;Chartres"


@journey("prepare a poll of several questions", usual_mode="no-script")
def prepare_a_poll(company: Company) -> None:
    title, soon = (
        f"Le square de demain ({company.mode.key})",
        utc_now().astimezone(TOWN_TIME) + timedelta(days=2),
    )
    agent = company.walker(company.town.agent())
    agent.go("/")
    agent.section("Votes")
    agent.follow("Préparer un scrutin")
    agent.fill("Question, ou titre du scrutin", title)
    agent.fill_instant("Le vote ouvre le", soon)
    agent.fill_instant("Le vote ferme le", soon + timedelta(days=7))
    agent.pick("Les habitants de", NEIGHBOURHOOD)
    agent.press("Ajouter une question")
    with agent.inside("Question 1"):
        agent.fill("Texte de la question", "Faut-il fermer le square la nuit ?")
        agent.choose("Oui ou non")
    with agent.inside("Question 2"):
        agent.fill("Texte de la question", "Que faut-il y mettre ?")
        agent.choose("Autant de réponses que l’on veut")
        agent.fill("Réponse 1", "Des bancs")
        agent.fill("Réponse 2", "Une fontaine")
    agent.press("Enregistrer et relire")
    agent.reads_title(title)
    agent.reads("Brouillon : les habitants ne voient pas encore ce scrutin")
    agent.reads("Faut-il fermer le square la nuit ?")

    agent.follow("Répéter avec de faux bulletins")
    agent.reads("Faux bulletins, faux résultat")
    agent.follow("Passer à l’ouverture")
    agent.press("Figer et publier ce scrutin")
    agent.reads("L’empreinte")
    agent.reads("Une fontaine")


@journey("bring the roll of a poll", usual_mode="text-200")
def bring_a_roll(company: Company) -> None:
    title = f"Le menu du repas des aînés ({company.mode.key})"
    company.town.draft_poll(title)
    agent = company.walker(company.town.agent())
    agent.go("/")
    agent.section("Votes")
    agent.follow("Brouillons")
    agent.follow(title)
    agent.follow("Fournir la liste électorale")
    agent.bring("Fichier CSV", "aines.csv", "\n".join((TITLES, SIMONE, PAUL.replace("1938", "38"))))
    agent.press("Lire ce fichier")
    agent.reads("Rien n’a été repris")
    agent.reads("« 02/11/38 » n’est pas une date")

    agent.bring("Fichier CSV", "aines.csv", "\n".join((TITLES, SIMONE, PAUL)))
    agent.press("Lire ce fichier")
    agent.reads("Toutes les lignes sont bonnes")
    agent.reads("Simone Lebrun")
    agent.press("Reprendre cette liste")
    agent.reads("La liste est reprise : 2 personnes y figurent")


@journey("enter a ballot on paper", usual_mode="keyboard")
def enter_a_ballot_on_paper(company: Company) -> None:
    voter = company.town.voter()
    agent = company.walker(company.town.agent())
    agent.go("/")
    agent.section("Votes")
    agent.follow(QUESTION)
    agent.follow("Liste électorale")
    agent.fill("Nom de la personne", voter.name)
    agent.press("Filtrer")
    agent.follow(f"Ajouter son bulletin : {voter.name}")
    agent.choose("Sur papier")
    agent.choose("Un jardin ombragé")
    agent.press("Déposer ce bulletin dans l’urne")
    agent.reads_title("Le bulletin est dans l’urne")
    agent.reads("À remettre à la personne")

    agent.follow("Revenir au scrutin")
    agent.follow("Liste électorale")
    agent.fill("Nom de la personne", voter.name)
    agent.press("Filtrer")
    agent.reads("A voté, sur papier")


@journey("vote in secret at a sitting", usual_mode="320-px")
def vote_in_secret_at_a_sitting(company: Company) -> None:
    motion = f"Changer de lieu de réunion ({company.mode.key})"
    sitting, member, absent = company.town.sitting(company.mode.key)
    agent = company.walker(company.town.agent())
    agent.go(sitting)
    agent.follow("Ouvrir un vote secret")
    agent.fill("La question", motion)
    agent.choose("Un tiers des membres présents")
    agent.fill("Quorum", "0")
    agent.pick(member.name, "Présent")
    agent.pick(absent, f"Absent, procuration à {member.name}")
    agent.press("Ouvrir le vote secret")
    agent.reads_title("Dans la salle")

    voter = company.walker(member)
    voter.go(sitting)
    voter.follow(motion)
    voter.follow("Voter pour")
    voter.choose("Contre")
    voter.press("Déposer mon bulletin dans l’urne")
    voter.follow("Revenir au scrutin")
    voter.follow("Voter")
    voter.choose("Pour")
    voter.press("Déposer mon bulletin dans l’urne")
    voter.reads_title("Votre bulletin est dans l’urne")


@journey("lead a sitting and publish its minutes", usual_mode="no-script")
def lead_a_sitting(company: Company) -> None:
    title, question = f"Bancs à l’ombre ({company.mode.key})", f"Combien coûtent-ils ? ({company.mode.key})"
    sitting, member, _ = company.town.sitting(f"menée, {company.mode.key}")
    agent = company.walker(company.town.agent())
    agent.go(sitting)
    agent.follow("Préparer la séance")
    agent.fill("De quoi parle-t-on", title)
    agent.press("Ajouter le point")
    agent.go(sitting)
    agent.follow("Suivre la séance")
    agent.follow("Faire l’appel et ouvrir la séance")
    agent.pick("Qui préside", f"{member.name}, Membre")
    agent.fill("Quorum", "0")
    agent.pick(member.name, "Présent")
    agent.press("Ouvrir la séance")
    agent.press("Ouvrir le point 1")
    agent.reads_title(title)

    neighbour = company.walker(member)
    neighbour.go(sitting)
    neighbour.follow("Suivre la séance")
    neighbour.fill("Votre question", question)
    neighbour.press("Poser la question")
    neighbour.reads(question)

    agent.reload()
    agent.follow("Répondue, ou écartée", near=question)
    agent.fill("En quelques mots", "1 200 euros les trois")
    agent.press("Enregistrer")
    agent.press("Clore la séance", asks=True)
    agent.follow("Écrire le compte rendu")
    agent.press("Écrire le brouillon")
    agent.press("Noter l’approbation")
    agent.press("Publier le compte rendu", asks=True)

    neighbour.go(sitting)
    neighbour.reads("Réponse : 1 200 euros les trois")
