"""The links of mails by which somebody who is not signed in says that she wants no more: signed, of one person, for this alone."""

from civic.kernel import signing

_PURPOSE = "no-more-mail"


def unsubscribe_path(person_id: int) -> str:
    return f"/notifications/suivis/arret/{person_id}/{_signature(person_id)}"


def is_signed_for(person_id: int, signature: str) -> bool:
    return signing.is_signed_by(signing.public_key(), f"{_PURPOSE}:{person_id}", signature)


def _signature(person_id: int) -> str:
    return signing.sign(f"{_PURPOSE}:{person_id}")
