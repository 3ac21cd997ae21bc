"""Words of the town hall that have a simpler one, what is known of French verbs and numbers. Curated by hand: short, and safe to offer."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SIMPLER = {
    "à cet effet": "pour cela",
    "à compter de": "à partir de",
    "à l’attention de": "pour",
    "à l’exception de": "sauf",
    "à l’issue de": "après",
    "à l’occasion de": "pendant",
    "à titre gracieux": "gratuitement",
    "à titre gratuit": "gratuitement",
    "acquitter": "payer",
    "actuellement": "en ce moment",
    "administré": "habitant",
    "administrés": "habitants",
    "afin de": "pour",
    "antérieurement": "avant",
    "approximativement": "environ",
    "au moyen de": "avec",
    "au préalable": "avant",
    "au sein de": "dans",
    "au titre de": "pour",
    "aux fins de": "pour",
    "bénéficier de": "avoir",
    "bénéficiez de": "avez",
    "ci-après": "plus bas",
    "ci-dessous": "plus bas",
    "ci-dessus": "plus haut",
    "ci-joint": "avec ce message",
    "concernant": "sur",
    "conformément à": "comme le dit",
    "conjointement": "ensemble",
    "courriel": "mail",
    "dans l’éventualité où": "si",
    "dans l’hypothèse où": "si",
    "dans le cadre de": "pour",
    "dans le cadre du": "pour le",
    "dans le but de": "pour",
    "dans les meilleurs délais": "vite",
    "dans un premier temps": "d’abord",
    "dans un second temps": "ensuite",
    "délibération": "décision du conseil municipal",
    "demeurer": "rester",
    "démarrage": "début",
    "disposer de": "avoir",
    "disposez de": "avez",
    "effectuer": "faire",
    "effectuez": "faites",
    "en application de": "comme le dit",
    "en cas de": "s’il y a",
    "en ce qui concerne": "pour",
    "en conséquence": "donc",
    "en outre": "aussi",
    "en raison de": "à cause de",
    "en vertu de": "comme le dit",
    "en vue de": "pour",
    "enjeu": "question importante",
    "enjeux": "questions importantes",
    "éventuellement": "peut-être",
    "excéder": "dépasser",
    "fréquemment": "souvent",
    "impacter": "changer",
    "implémenter": "mettre en place",
    "intégralement": "en entier",
    "intégralité": "totalité",
    "justificatif de domicile": "papier qui montre votre adresse",
    "mentionner": "dire",
    "mettre en œuvre": "faire",
    "mobilités douces": "marche et vélo",
    "modalités": "règles",
    "modification": "changement",
    "modifier": "changer",
    "nécessiter": "demander",
    "notamment": "par exemple",
    "notifier": "dire par écrit",
    "nonobstant": "malgré",
    "obtenir": "avoir",
    "occasionner": "causer",
    "par ailleurs": "aussi",
    "par le biais de": "par",
    "percevoir": "recevoir",
    "postérieurement": "après",
    "préalablement": "avant",
    "préconiser": "conseiller",
    "prochainement": "bientôt",
    "procéder à": "faire",
    "quorum": "nombre de votants qu’il faut",
    "réaliser": "faire",
    "relatif à": "sur",
    "relative à": "sur",
    "résider": "habiter",
    "résidez": "habitez",
    "riverain": "voisin",
    "riverains": "voisins",
    "scrutin": "vote",
    "s’agissant de": "pour",
    "solliciter": "demander",
    "sollicitez": "demandez",
    "sous réserve de": "si",
    "stipuler": "dire",
    "suite à": "après",
    "susmentionné": "déjà cité",
    "transmettre": "envoyer",
    "transmettez": "envoyez",
    "ultérieurement": "plus tard",
    "un certain nombre de": "plusieurs",
    "usager": "personne",
    "usagers": "personnes",
    "utiliser": "se servir de",
    "utilisez": "servez-vous de",
    "véhicule": "voiture",
    "véhicules": "voitures",
    "végétaliser": "planter",
    "verbaliser": "donner une amende",
    "voirie": "rue",
}
"""A word or a phrase as it is written, in lower case, and what says the same more simply."""

KNOWN_ACRONYMS = frozenset({"SMS", "TV", "OK"})
ROMAN = _words("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI")

BEING = _words(
    "est sont sera seront serait seraient était étaient fut furent soit soient été être suis es sommes êtes"
)
"""Forms of « être »: before a past participle, they make the passive."""

MOVING = _words(
    "allé arrivé entré rentré resté monté retourné tombé passé né décédé parti sorti reparti devenu revenu venu parvenu"
    " survenu intervenu descendu mort"
)
"""Past participles that « être » conjugates in the active."""

NOT_PARTICIPLES = _words(
    "âgé aisé carré gratuit petit joli situé fatigué désolé fini ouvert fermé obligé absolu vu dû prévu réuni content"
    " inédit aîné privé vrai poli ici aussi ainsi parmi midi samedi lundi mardi jeudi vendredi mercredi nu aigu"
    " jusqu’ici ni si qui lui oui celui début début-là reçu-là côté marché déjà pré café congé projet société priorité"
    " qualité unité mobilité demi merci ami abri appui"
)
"""They end as participles do, and are adjectives, nouns or little words."""

ADVERBS = _words(
    "pas plus jamais aussi déjà encore bien très tous toutes tout souvent toujours ensuite enfin donc alors ainsi"
    " aujourd’hui demain d’abord bientôt vite également entièrement seulement peut-être"
)

UNITS = {
    "zéro": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20,
    "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "nonante": 90,
}  # fmt: skip
"""Numbers in letters."""

HUNDREDS = {"cent": 100, "cents": 100, "mille": 1_000}
AMBIGUOUS_ALONE = frozenset({"un", "une", "neuf"})
"""« un » is an article, « neuf » is new."""

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

NEGATIONS = _words("pas plus jamais rien aucun aucune personne guère point")
NEGATIVE_WORDS = _words(
    "impossible impossibles inutile inutiles interdit interdite interdits interdites incapable incertain incertaine inconnu"
    " inconnue inexact inexacte illégal illégale irrégulier irrégulière insuffisant insuffisante invisible indifférent sans"
    " refuser ignorer manquer empêcher"
)
"""With a negation in the same sentence, they say yes by saying no twice."""
