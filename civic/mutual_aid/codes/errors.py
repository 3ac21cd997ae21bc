from civic.kernel.errors import N_, Conflict, Invalid


class TextsAreOff(Conflict):
    code = "texts_are_off"
    message = N_(
        "La commune n’envoie pas de SMS : son passage n’est pas réglé. Choisissez une autre façon, ou demandez-le à qui s’occupe de l’installation."
    )


class NumberTakesNoText(Invalid):
    code = "number_takes_no_text"
    message = N_("Ce numéro ne reçoit pas de SMS : il en faut un de téléphone portable.")


class CodeTooSoon(Conflict):
    code = "code_too_soon"
    message = N_("Un code vient de partir vers ce numéro. Attendez une minute avant d’en envoyer un autre.")


class TooManyCodes(Conflict):
    code = "too_many_codes"
    message = N_(
        "Ce numéro a reçu tous les codes possibles pour aujourd’hui. Réessayez demain, ou choisissez une autre façon."
    )


class CodeWrong(Invalid):
    code = "code_wrong"
    message = N_("Ce n’est pas le bon code. Relisez les six chiffres du dernier SMS.")


class CodeOver(Invalid):
    code = "code_over"
    message = N_(
        "Ce code ne compte plus : il est trop vieux, ou trop d’essais l’ont précédé. Envoyez-en un nouveau."
    )
