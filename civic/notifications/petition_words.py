"""The words in which a person is told of petitions."""

from civic.kernel.errors import N_
from civic.notifications.kinds import Family, Kind, Wording

PETITIONS: dict[Kind, Wording] = {
    Kind.PETITION_OPENED: Wording(
        Family.PARTICIPATION,
        N_("Votre pétition « %(title)s » est ouverte : on peut la signer. Partagez son adresse."),
    ),
    Kind.PETITION_REFUSED: Wording(
        Family.ACCOUNT,
        N_("Votre pétition « %(title)s » n’est pas ouverte. Lisez pourquoi, et ce que vous pouvez faire."),
    ),
    Kind.PETITION_TO_EXAMINE: Wording(
        Family.PARTICIPATION, N_("Une pétition attend que la mairie l’examine : « %(title)s ».")
    ),
    Kind.PETITION_REACHED: Wording(
        Family.PARTICIPATION,
        N_("La pétition « %(title)s » a réuni ses signatures : le conseil municipal doit se prononcer."),
    ),
    Kind.PETITION_ENDED: Wording(
        Family.PARTICIPATION,
        N_(
            "La pétition « %(title)s » est finie : elle n’a pas réuni assez de signatures. Lisez ce qu’elle devient."
        ),
    ),
    Kind.PETITION_PLANNED: Wording(
        Family.PARTICIPATION,
        N_("La date du conseil municipal qui parlera de la pétition « %(title)s » est connue."),
    ),
    Kind.PETITION_MOVED: Wording(
        Family.PARTICIPATION,
        N_("La date du conseil municipal qui parlera de la pétition « %(title)s » a changé."),
    ),
    Kind.PETITION_DECIDED: Wording(
        Family.PARTICIPATION, N_("Le conseil municipal s’est prononcé sur la pétition « %(title)s ».")
    ),
    Kind.DECISIONS_DUE: Wording(
        Family.PARTICIPATION,
        N_("Pétitions qui attendent la décision du conseil municipal : %(count)s (en retard : %(late)s)."),
    ),
    Kind.NEWS_PETITION_REACHED: Wording(
        Family.PARTICIPATION, N_("La pétition « %(title)s » a réuni ses signatures.")
    ),
    Kind.NEWS_PETITION_DECIDED: Wording(
        Family.PARTICIPATION, N_("Le conseil municipal s’est prononcé sur la pétition « %(title)s ».")
    ),
}
