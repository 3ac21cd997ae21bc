"""What is held of a person, in words: the same things as the JSON file, for who does not read such files."""

import re
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.web.languages import day_in_words, instant_in_words

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")

PARTS = {
    "account": N_("Votre compte"),
    "checkins": N_("Les appels pendant une alerte"),
    "cosigned_proposals": N_("Les propositions que vous signez avec d’autres"),
    "coauthor_invitations": N_("Les invitations à signer une proposition"),
    "council_seats": N_("Vos sièges dans les conseils"),
    "following": N_("Ce que vous suivez"),
    "gatherings": N_("Les rendez-vous des associations"),
    "given_rolls": N_("Les listes électorales fournies par la mairie"),
    "matching": N_("L’entraide : messages et coordonnées"),
    "moderation": N_("La modération"),
    "mutual_aid": N_("Vos demandes et vos offres d’aide"),
    "notifications": N_("Les messages reçus"),
    "opinions": N_("Vos affirmations et vos réactions"),
    "petitions": N_("Vos pétitions et vos signatures"),
    "proposal_drafts": N_("Vos brouillons de propositions"),
    "proposals": N_("Vos propositions, vos arguments, vos soutiens"),
    "safeguarding": N_("La protection des personnes"),
    "text_codes": N_("Votre numéro de téléphone pour les SMS"),
    "volunteers": N_("Vos disponibilités et vos limites"),
    "register": N_("Le registre des personnes fragiles"),
    "registers": N_("Les registres de vote que vous suivez"),
    "voting": N_("Vos votes (jamais votre choix)"),
}
LABELS = {
    "topic": N_("Ce que c’est"),
    "rhythm": N_("Rythme"),
    "address": N_("Adresse"),
    "age": N_("Âge déclaré"),
    "agreed_on": N_("Accord donné le"),
    "answer": N_("Réponse"),
    "api_tokens": N_("Jetons d’accès à l’API"),
    "appeals": N_("Recours"),
    "arguments": N_("Arguments"),
    "born_on": N_("Date de naissance"),
    "blocked": N_("Personnes avec qui vous ne voulez plus être mis en relation"),
    "by_mail": N_("Par courriel"),
    "by_sms": N_("Par SMS"),
    "category": N_("Sujet"),
    "certificates": N_("Attestations prises"),
    "channel": N_("Comment"),
    "civil_identity_recorded": N_("Pièce d’identité relevée à la mairie"),
    "concerns": N_("Inquiétudes que vous avez dites"),
    "consultation": N_("Consultation"),
    "contact": N_("Coordonnées données à qui aide"),
    "contact_seen_at": N_("Vos coordonnées ont été vues"),
    "content": N_("Texte concerné"),
    "council": N_("Conseil"),
    "created_at": N_("Date"),
    "decided_at": N_("Décidé"),
    "decisions": N_("Décisions sur vos textes"),
    "declared_at": N_("Déclaré"),
    "device": N_("Appareil"),
    "email": N_("Adresse électronique"),
    "ended_at": N_("Fin"),
    "ends_at": N_("Au plus tard"),
    "expires_on": N_("Valable jusqu’au"),
    "flags": N_("Signalements que vous avez faits"),
    "followed": N_("Scrutins suivis"),
    "granted_at": N_("Donné"),
    "gave_proxy": N_("A donné procuration"),
    "group": N_("Groupe"),
    "has_voted": N_("A voté"),
    "helped": N_("Aides données"),
    "id": N_("Numéro du compte"),
    "inbox": N_("Messages"),
    "is_hidden": N_("Masqué par la modération"),
    "is_withdrawn": N_("Retiré par vous"),
    "issued_at": N_("Prise le"),
    "kind": N_("Genre"),
    "language": N_("Langue"),
    "limits": N_("Limites choisies"),
    "mail_choices": N_("Courriels choisis"),
    "mailed_on": N_("Dernier courriel"),
    "messages": N_("Messages écrits"),
    "minutes": N_("Durée confirmée, en minutes"),
    "name": N_("Nom"),
    "name_is_shown": N_("Votre nom est publié"),
    "number": N_("Numéro"),
    "offers": N_("Offres"),
    "opinion_groups": N_("Votre groupe sur les cartes des opinions"),
    "organisations": N_("Associations"),
    "outcome": N_("Décision"),
    "params": N_("À propos de"),
    "participation": N_("Participation"),
    "path": N_("Page"),
    "petition": N_("Pétition"),
    "petitions": N_("Pétitions lancées"),
    "phone": N_("Téléphone"),
    "phone_verified_at": N_("Numéro vérifié par un code, le"),
    "places": N_("Places"),
    "poll": N_("Scrutin"),
    "proof": N_("Justificatif"),
    "proposal": N_("Proposition"),
    "proposals": N_("Propositions"),
    "proxies_held": N_("Procurations tenues"),
    "published_at": N_("Publié"),
    "quiet_from_hour": N_("Heures tranquilles à partir de (heure)"),
    "quiet_to_hour": N_("Heures tranquilles jusqu’à (heure)"),
    "reaction": N_("Réaction"),
    "representative": N_("Représentant légal"),
    "reactions": N_("Réactions"),
    "reason": N_("Raison"),
    "requests": N_("Demandes"),
    "residencies": N_("Domicile"),
    "role": N_("Rôle"),
    "roles": N_("Rôles"),
    "rolls": N_("Listes électorales"),
    "rule": N_("Règle"),
    "said_at": N_("Écrit"),
    "seen_on": N_("Vu le"),
    "sent_at": N_("Envoyé"),
    "sessions": N_("Connexions"),
    "shift_role": N_("Ce qu’on y fait"),
    "side": N_("Côté"),
    "signed": N_("Pétitions signées"),
    "since": N_("Depuis"),
    "skill": N_("Compétence"),
    "skills": N_("Compétences"),
    "solidarity": N_("Entraide"),
    "starts_at": N_("À partir de"),
    "state": N_("État"),
    "statement": N_("Affirmation"),
    "statements": N_("Affirmations"),
    "status": N_("État"),
    "supports": N_("Soutiens"),
    "suspensions": N_("Suspensions"),
    "territory": N_("Lieu"),
    "text": N_("Texte"),
    "told_at": N_("Dit le"),
    "title": N_("Titre"),
    "until": N_("Jusqu’au"),
    "verified_at": N_("Vérifié"),
    "vetting": N_("Ce que la mairie a vu"),
    "wants_news": N_("Vous voulez savoir ce qu’elle devient"),
    "weekly_ceiling": N_("Sollicitations par semaine, au plus"),
    "asked_by": N_("Demande faite par"),
    "asked_on": N_("Date de la demande"),
    "at": N_("Le"),
    "family_name": N_("Nom"),
    "first_names": N_("Prénoms"),
    "ground": N_("Motif d’inscription"),
    "home_service": N_("Service à domicile"),
    "is_for_call": N_("Pour vous appeler"),
    "relative": N_("Personne à prévenir"),
    "said_yes_at": N_("Oui donné le"),
    "sights": N_("Lectures de votre fiche"),
    "told_on": N_("Lettre envoyée le"),
}
VALUES = {
    ("age", "adult"): N_("18 ans ou plus"),
    ("age", "from_16"): N_("16 ou 17 ans"),
    ("proof", "met"): N_("rencontre avec un agent"),
    ("proof", "bulletin"): N_("bulletin n° 3 présenté"),
    ("proof", "honourability"): N_("attestation d’honorabilité présentée"),
    ("channel", "web"): N_("sur ce site"),
    ("channel", "desk"): N_("au guichet"),
    ("channel", "paper"): N_("sur papier"),
    ("language", "fr"): N_("français"),
    ("language", "en"): N_("anglais"),
    ("participation", "at_once"): N_("aussitôt"),
    ("proof", "rent_receipt"): N_("quittance de loyer"),
    ("proof", "tax_notice"): N_("avis d’impôt"),
    ("proof", "utility_bill"): N_("facture d’eau ou d’énergie"),
    ("reaction", "agree"): N_("d’accord"),
    ("reaction", "disagree"): N_("pas d’accord"),
    ("reaction", "pass"): N_("je passe"),
    ("side", "against"): N_("contre"),
    ("side", "for"): N_("pour"),
    ("side", "neutral"): N_("neutre"),
    ("solidarity", "at_once"): N_("aussitôt"),
    ("asked_by", "herself"): N_("vous-même"),
    ("asked_by", "representative"): N_("votre représentant légal"),
    ("asked_by", "third_party"): N_("un tiers, par écrit"),
    ("ground", "aged"): N_("65 ans ou plus"),
    ("ground", "unfit"): N_("60 ans ou plus, et inaptitude au travail reconnue"),
    ("ground", "disabled"): N_("adulte avec un handicap"),
    ("reason", "heat"): N_("canicule"),
    ("reason", "cold"): N_("grand froid"),
    ("status", "declared"): N_("déclaré"),
    ("status", "verified"): N_("vérifié par la mairie"),
}


def part_in_words(name: str) -> str:
    """Return the title of what a feature holds; one that nobody named yet shows its own name rather than nothing."""
    return gettext(PARTS[name]) if name in PARTS else name


def label_in_words(name: str) -> str:
    return gettext(LABELS[name]) if name in LABELS else name.replace("_", " ")


def value_in_words(value: Any, name: str) -> str:
    """Return a plain JSON value in words. A word of the file that has no translation stays as it is in the file."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    text = str(value)
    if (name, text) in VALUES:
        return gettext(VALUES[name, text])
    if INSTANT.fullmatch(text):
        return instant_in_words(datetime.fromisoformat(text))
    return day_in_words(date.fromisoformat(text)) if DAY.fullmatch(text) else text
