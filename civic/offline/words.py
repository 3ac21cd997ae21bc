"""What the scripts say of a text that waits on the device, in the reader's language. They are read while the line is still there."""

from flask import url_for
from flask_babel import gettext

from civic.kernel.errors import N_
from civic.web.assets import asset_url

WORDS = {
    "sending": N_("Envoi en cours…"),
    "kept": N_("Gardé sur cet appareil, pas encore envoyé"),
    "offline": N_(
        "La connexion est coupée. Ce sera envoyé dès que la connexion revient, une seule fois. "
        "Vous pouvez fermer cette page : rien ne sera perdu."
    ),
    "unreachable": N_(
        "Le site ne répond pas en ce moment. Ce sera envoyé dès qu’il répondra, une seule fois. "
        "Vous pouvez fermer cette page : rien ne sera perdu."
    ),
    "signed-out": N_("Votre session est terminée. Connectez-vous de nouveau : ce sera envoyé aussitôt."),
    "too-old": N_("Ce texte attend depuis plus de sept jours. Reprenez-le et relisez-le avant de l’envoyer."),
    "sent": N_("C’est envoyé"),
    "refused": N_("Cela n’a pas été accepté"),
    "text-kept": N_("Rien n’est perdu : ce que vous avez écrit est gardé sur cet appareil."),
    "erased": N_("C’est effacé. Rien ne sera envoyé."),
    "one-waits": N_("Un envoi attend sur cet appareil."),
    "several-wait": N_("{count} envois attendent sur cet appareil."),
    "one-refused": N_("Un envoi n’a pas été accepté. Ce que vous avez écrit est gardé sur cet appareil."),
    "nothing-came": N_("Toujours pas de réponse. Rien n’est perdu, nous réessaierons."),
    "send-now": N_("Envoyer maintenant"),
    "take-back": N_("Reprendre mon texte"),
    "erase": N_("Effacer"),
    "undo": N_("Annuler"),
    "see": N_("Voir"),
    "read": N_("Relire ce que j’ai écrit"),
    "see-kept": N_("Voir ce qui est gardé ici"),
    "sign-in": N_("Se connecter"),
}


def sending_words() -> dict[str, str]:
    """Return the words, and the addresses that go with them. A ``{place}`` is filled by the script."""
    addresses = {
        "icons": asset_url("icons.svg"),
        "kept-url": url_for("offline.show_kept"),
        "sign-in-url": url_for("accounts.show_sign_in", next=url_for("offline.show_kept")),
    }
    return {**{name: gettext(text) for name, text in WORDS.items()}, **addresses}
