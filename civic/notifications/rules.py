"""What a person may be told, in what words, and what she may refuse by mail: no database, no clock."""

from datetime import timedelta

from civic.kernel.errors import N_
from civic.notifications.debate_words import DEBATE
from civic.notifications.kinds import Family, Kind, MailChoice, Wording
from civic.notifications.petition_words import PETITIONS

__all__ = [
    "MESSAGE_WAITS",
    "REFUSABLE",
    "WINDOW",
    "WORDINGS",
    "Family",
    "Kind",
    "MailChoice",
    "Wording",
    "may_refuse",
]

DUE_AT = "due_at"
"""The parameter that holds an instant by which something is to be done, said in the reader's language too."""
WINDOW = "window"
"""The parameter that holds two instants, which are said in the reader's language when she reads them."""

MESSAGE_WAITS = timedelta(minutes=10)

WORDINGS: dict[Kind, Wording] = {
    **DEBATE,
    **PETITIONS,
    Kind.ANSWER_PUBLISHED: Wording(
        Family.PARTICIPATION, N_("La mairie a répondu à votre proposition « %(title)s ».")
    ),
    Kind.SUPPORTED_ANSWERED: Wording(
        Family.PARTICIPATION, N_("La mairie a répondu à une proposition que vous soutenez : « %(title)s ».")
    ),
    Kind.ANSWERS_PUBLISHED: Wording(
        Family.PARTICIPATION,
        N_("La mairie a répondu à %(count)s propositions que vous avez écrites ou que vous soutenez."),
    ),
    Kind.ANSWERS_DUE: Wording(
        Family.PARTICIPATION,
        N_("Réponses promises aux habitants, dont vous êtes responsable : %(count)s (en retard : %(late)s)."),
    ),
    Kind.ANSWERS_TO_READ: Wording(
        Family.PARTICIPATION,
        N_("%(name)s vous demande de relire des réponses avant leur publication (nombre : %(count)s)."),
    ),
    Kind.ANSWER_AGREED: Wording(
        Family.PARTICIPATION, N_("Votre réponse à « %(title)s » a été relue : elle peut être publiée.")
    ),
    Kind.ANSWER_TO_CHANGE: Wording(
        Family.PARTICIPATION,
        N_("Votre réponse à « %(title)s » a été relue : une modification est demandée."),
    ),
    Kind.COMMITMENT_MOVED: Wording(
        Family.PARTICIPATION, N_("Du nouveau sur l’engagement de la mairie pour « %(title)s ».")
    ),
    Kind.COMMITMENTS_MOVED: Wording(
        Family.PARTICIPATION,
        N_("Du nouveau sur les engagements de la mairie, pour %(count)s propositions que vous suivez."),
    ),
    Kind.ARGUMENT_PUBLISHED: Wording(
        Family.PARTICIPATION, N_("Un nouvel argument a été publié sur votre proposition « %(title)s ».")
    ),
    Kind.INVITATION_SENT: Wording(
        Family.SOLIDARITY,
        N_("Quelqu’un a besoin d’un coup de main près de chez vous (%(place)s). Pouvez-vous aider ?"),
        is_for_absent=True,
    ),
    Kind.VOLUNTEER_FOUND: Wording(
        Family.SOLIDARITY,
        N_("Quelqu’un vient vous aider pour « %(title)s ». Vous pouvez convenir d’un moment."),
    ),
    Kind.MATCH_ACCEPTED: Wording(
        Family.SOLIDARITY,
        N_("Merci ! Vous allez aider pour « %(title)s ». Vous pouvez convenir d’un moment."),
    ),
    Kind.MESSAGE_SAID: Wording(
        Family.SOLIDARITY, N_("Vous avez reçu un message à propos de « %(title)s »."), waits=MESSAGE_WAITS
    ),
    Kind.VOLUNTEER_WITHDREW: Wording(
        Family.SOLIDARITY,
        N_(
            "La personne qui devait vous aider pour « %(title)s » ne peut plus venir. Nous cherchons quelqu’un d’autre."
        ),
    ),
    Kind.MATCH_RELEASED: Wording(
        Family.SOLIDARITY,
        N_("La demande « %(title)s » a été annulée : vous n’êtes plus attendu. Merci à vous."),
    ),
    Kind.CONTACT_CORRECTED: Wording(
        Family.SOLIDARITY,
        N_("Les coordonnées de la personne ont changé pour « %(title)s ». Regardez-les avant d’y aller."),
    ),
    Kind.MATCH_MISSED: Wording(
        Family.SOLIDARITY,
        N_(
            "Pour « %(title)s », la personne dit que vous n’êtes pas venu. Nous cherchons quelqu’un d’autre. Si c’est une erreur, appelez la mairie."
        ),
    ),
    Kind.DONE_CLAIMED: Wording(
        Family.SOLIDARITY, N_("L’aide pour « %(title)s » est annoncée comme faite. Confirmez-le d’un clic.")
    ),
    Kind.MATCH_COMPLETED: Wording(
        Family.SOLIDARITY, N_("L’aide pour « %(title)s » est terminée. Merci de votre geste.")
    ),
    Kind.REQUEST_ESCALATED: Wording(
        Family.SOLIDARITY, N_("Une demande d’aide attend la mairie : « %(title)s » (%(place)s).")
    ),
    Kind.ANSWERS_STOPPED: Wording(
        Family.SOLIDARITY,
        N_(
            "Un téléphone répond sans arrêt à nos SMS : nous ne lui répondons plus avant demain. C’est peut-être un répondeur. Appelez la personne."
        ),
    ),
    Kind.REQUEST_TO_READ: Wording(
        Family.SOLIDARITY,
        N_("Une demande d’aide attend que la mairie la relise : « %(title)s » (%(place)s)."),
    ),
    Kind.REQUEST_READ_LATE: Wording(
        Family.SOLIDARITY,
        N_("Personne n’a encore relu la demande d’aide « %(title)s » (%(place)s). La personne attend."),
    ),
    Kind.REQUEST_IN_REVIEW: Wording(
        Family.SOLIDARITY,
        N_("La mairie relit votre demande « %(title)s » avant de la proposer aux bénévoles."),
    ),
    Kind.REQUEST_ACCEPTED: Wording(
        Family.SOLIDARITY,
        N_("La mairie a relu votre demande « %(title)s » : nous cherchons quelqu’un maintenant."),
    ),
    Kind.REQUEST_SUSPENDED: Wording(
        Family.SOLIDARITY,
        N_("Votre demande « %(title)s » est mise de côté, le temps que la mairie vous appelle."),
    ),
    Kind.REQUEST_REDIRECTED: Wording(
        Family.SOLIDARITY,
        N_("Pour « %(title)s », un service peut mieux vous aider qu’un bénévole. Lisez lequel."),
    ),
    Kind.REQUEST_DUPLICATE: Wording(
        Family.SOLIDARITY,
        N_("Votre demande « %(title)s » existait déjà : nous continuons avec la première."),
    ),
    Kind.REQUEST_CANCELLED: Wording(
        Family.SOLIDARITY,
        N_(
            "La demande « %(title)s » a été annulée : plus personne n’est cherché, et plus personne ne vient."
        ),
    ),
    Kind.REQUEST_EXPIRED: Wording(
        Family.SOLIDARITY,
        N_(
            "L’heure est passée pour « %(title)s », et personne n’a pu venir. Vous pouvez proposer un autre jour."
        ),
    ),
    Kind.REQUEST_STILL_NEEDED: Wording(
        Family.SOLIDARITY,
        N_("Nous cherchons encore pour « %(title)s ». En avez-vous toujours besoin ? Répondez d’un clic."),
    ),
    Kind.CONTENT_HIDDEN: Wording(
        Family.ACCOUNT,
        N_("La modération a masqué un de vos contenus. Lisez pourquoi, et comment contester cette décision."),
    ),
    Kind.CONTENT_RESTORED: Wording(Family.ACCOUNT, N_("Un de vos contenus est de nouveau visible de tous.")),
    Kind.APPEAL_UPHELD: Wording(
        Family.ACCOUNT, N_("Votre recours a été examiné : la décision de modération est maintenue.")
    ),
    Kind.FLAG_UPHELD: Wording(
        Family.ACCOUNT, N_("Le contenu que vous aviez signalé est masqué. Merci de votre attention.")
    ),
    Kind.FLAG_DISMISSED: Wording(
        Family.ACCOUNT,
        N_("Le contenu que vous aviez signalé a été relu : il reste en ligne. Lisez pourquoi."),
    ),
    Kind.CONCERN_RAISED: Wording(
        Family.ACCOUNT, N_("Une alerte sur la sécurité d’une personne attend que vous la lisiez.")
    ),
    Kind.CONCERN_WITHOUT_OFFICER: Wording(
        Family.ACCOUNT,
        N_(
            "Une alerte sur la sécurité d’une personne attend, et personne ne peut la lire : donnez à quelqu’un le rôle de référent protection des personnes."
        ),
    ),
    Kind.CONCERN_LOOKED_INTO: Wording(
        Family.ACCOUNT, N_("La mairie a examiné votre alerte. Merci d’avoir veillé sur quelqu’un.")
    ),
    Kind.VOLUNTEER_SUSPENDED: Wording(
        Family.ACCOUNT,
        N_(
            "La mairie a suspendu votre participation à l’entraide. Lisez pourquoi, et comment en parler avec elle."
        ),
    ),
    Kind.SHIFT_PLACE_OFFERED: Wording(
        Family.SOLIDARITY,
        N_(
            "Une place s’est libérée pour « %(title)s » (%(role)s). Elle vous est gardée quelques heures : dites oui ou non."
        ),
    ),
    Kind.SHIFT_PLACE_LAPSED: Wording(
        Family.SOLIDARITY,
        N_("La place gardée pour vous à « %(title)s » (%(role)s) est passée à la personne suivante."),
    ),
    Kind.GATHERING_CANCELLED: Wording(
        Family.SOLIDARITY,
        N_("Le rendez-vous « %(title)s » est annulé : vous n’êtes plus attendu. Merci à vous."),
    ),
    Kind.HELPS_TOMORROW: Wording(
        Family.SOLIDARITY,
        N_("Rappel : vous aidez pour « %(title)s », %(window)s. Un empêchement ? Dites-le maintenant."),
    ),
    Kind.IS_HELPED_TOMORROW: Wording(
        Family.SOLIDARITY, N_("Rappel : quelqu’un vient vous aider pour « %(title)s », %(window)s.")
    ),
    Kind.SHIFT_TOMORROW: Wording(
        Family.SOLIDARITY,
        N_(
            "Rappel : on vous attend pour « %(title)s » (%(role)s), %(window)s. Un empêchement ? Libérez votre place."
        ),
    ),
    Kind.HOURS_NOTED: Wording(
        Family.SOLIDARITY,
        N_("Le bénévole a noté combien de temps il a aidé pour « %(title)s ». Confirmez-le d’un clic."),
    ),
    Kind.HOURS_CORRECTED: Wording(
        Family.SOLIDARITY,
        N_("Pour « %(title)s », la durée confirmée n’est pas celle que vous aviez notée : voyez-la."),
    ),
    Kind.CONVOCATION_SENT: Wording(
        Family.ACCOUNT, N_("%(council)s : vous êtes convoqué à la séance « %(title)s ».")
    ),
    Kind.CONVOCATION_CHANGED: Wording(
        Family.ACCOUNT,
        N_("%(council)s : la convocation à la séance « %(title)s » est modifiée. Relisez-la."),
    ),
    Kind.CALL_DECIDED: Wording(
        Family.PARTICIPATION,
        N_(
            "Les places de l’appel « %(title)s », auquel vous êtes candidat, sont pourvues : lisez le résultat."
        ),
    ),
    Kind.NEWS_RECORD: Wording(
        Family.PARTICIPATION, N_("Le conseil municipal a mis en ligne : « %(title)s ».")
    ),
    Kind.NEWS_CALL: Wording(Family.PARTICIPATION, N_("Un appel à candidatures est publié : « %(title)s ».")),
    Kind.DRAWN_BY_LOT: Wording(
        Family.PARTICIPATION,
        N_(
            "Vous êtes tiré au sort pour « %(title)s » : dites si vous acceptez, ou si quelqu’un d’autre est appelé."
        ),
    ),
    Kind.DRAWN_REMINDER: Wording(
        Family.PARTICIPATION,
        N_(
            "Rappel : vous êtes tiré au sort pour « %(title)s ». Répondez avant le %(due_at)s, que ce soit oui ou non."
        ),
    ),
    Kind.NEWS_PETITION: Wording(Family.PARTICIPATION, N_("Une pétition est ouverte : « %(title)s ».")),
    Kind.INQUIRY_NAMED: Wording(
        Family.ACCOUNT,
        N_(
            "Vous êtes commissaire enquêteur de l’enquête publique « %(title)s » : vous pouvez y étudier les observations."
        ),
    ),
    Kind.NEWS_INQUIRY: Wording(
        Family.PARTICIPATION,
        N_("Une enquête publique est annoncée : « %(title)s ». Son dossier se lit dès maintenant."),
    ),
    Kind.NEWS_INQUIRY_PROLONGED: Wording(
        Family.PARTICIPATION,
        N_("L’enquête publique « %(title)s » est prolongée : lisez jusqu’à quand, et pourquoi."),
    ),
    Kind.NEWS_INQUIRY_REPORTED: Wording(
        Family.PARTICIPATION,
        N_("Le commissaire enquêteur a rendu son avis sur l’enquête publique « %(title)s »."),
    ),
    Kind.NEWS_SURVEY_OPENED: Wording(
        Family.PARTICIPATION, N_("On peut répondre au questionnaire « %(title)s ».")
    ),
    Kind.NEWS_SURVEY_RESULTS: Wording(
        Family.PARTICIPATION, N_("Les résultats du questionnaire « %(title)s » sont publiés.")
    ),
    Kind.NEWS_CONSULTATION: Wording(
        Family.PARTICIPATION, N_("Une nouvelle consultation est publiée : « %(title)s ».")
    ),
    Kind.NEWS_LETTER: Wording(
        Family.PARTICIPATION, N_("La mairie vous écrit à propos de « %(about)s » : « %(title)s ».")
    ),
    Kind.NEWS_PROPOSAL: Wording(Family.PARTICIPATION, N_("Nouvelle proposition : « %(title)s ».")),
    Kind.NEWS_ANSWER: Wording(
        Family.PARTICIPATION, N_("La mairie a répondu à la proposition « %(title)s ».")
    ),
    Kind.NEWS_ARGUMENT: Wording(
        Family.PARTICIPATION, N_("Un nouvel argument est publié sur la proposition « %(title)s ».")
    ),
    Kind.NEWS_POLL: Wording(Family.PARTICIPATION, N_("Un vote est annoncé : « %(title)s ».")),
    Kind.NEWS_RESULT: Wording(Family.PARTICIPATION, N_("Le résultat du vote « %(title)s » est publié.")),
    Kind.NEWS_SITTING: Wording(
        Family.PARTICIPATION, N_("%(council)s : la séance « %(title)s » est annoncée.")
    ),
    Kind.NEWS_MINUTES: Wording(
        Family.PARTICIPATION, N_("%(council)s : le compte rendu de « %(title)s » est publié.")
    ),
    Kind.SUSPENSION_LIFTED: Wording(
        Family.ACCOUNT,
        N_(
            "Vous pouvez de nouveau proposer votre aide : vos offres sont en pause, reprenez-les quand vous voulez."
        ),
    ),
    Kind.REGISTER_ENTERED: Wording(
        Family.ACCOUNT,
        N_(
            "La mairie vous a inscrit au registre des personnes à appeler en cas d’alerte (canicule, grand froid…). Lisez votre fiche : vous pouvez la faire corriger, ou vous retirer d’un clic."
        ),
    ),
    Kind.REGISTER_UNLINKED: Wording(
        Family.ACCOUNT,
        N_(
            "La mairie avait rattaché à votre compte une fiche du registre des personnes à appeler en cas d’alerte. Elle l’a détachée : vous ne la lisez plus. Si c’était la vôtre, appelez la mairie."
        ),
    ),
    Kind.CHECKIN_CALLS_OFFERED: Wording(
        Family.SOLIDARITY,
        N_(
            "Une alerte est en cours : la mairie appelle les personnes fragiles pour prendre de leurs nouvelles. Pouvez-vous passer quelques appels ?"
        ),
    ),
    Kind.CHECKIN_CALLS_OVER: Wording(
        Family.SOLIDARITY,
        N_(
            "Les appels de veille sont terminés. Merci d’avoir pris des nouvelles de vos voisins : gardez pour vous ce que vous avez entendu."
        ),
    ),
    Kind.CHECKIN_ALARM: Wording(
        Family.ACCOUNT,
        N_("Urgent : un appel de veille inquiète. Ouvrez la fiche maintenant, et appelez le 15 si besoin."),
    ),
    Kind.CHECKIN_ROUND_OVER: Wording(
        Family.ACCOUNT,
        N_(
            "Un tour d’appels de veille est terminé. Personnes appelées sans réponse : %(unreached)s. Personnes que nul n’a appelées : %(missed)s."
        ),
    ),
    Kind.CHECKIN_UNREACHED: Wording(
        Family.ACCOUNT,
        N_(
            "Une personne du registre ne répond pas, après plusieurs appels : un passage au domicile est à prévoir."
        ),
    ),
}

REFUSABLE = (Family.PARTICIPATION, Family.SOLIDARITY)
"""The families whose mail a person may refuse. The inbox receives everything in any case."""


def may_refuse(family: Family) -> bool:
    return family in REFUSABLE
