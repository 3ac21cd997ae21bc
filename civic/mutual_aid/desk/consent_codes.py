"""A consent by a code sent to the telephone of the person helped: she reads it back to the agent, or answers the message."""

from datetime import datetime

from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.codes import queries as codes
from civic.mutual_aid.codes.errors import CodeOver, CodeWrong
from civic.mutual_aid.codes.events import ConsentRefusedByText
from civic.mutual_aid.codes.models import TextCode
from civic.mutual_aid.codes.rules import CodeOutcome, CodePurpose, read_code
from civic.mutual_aid.codes.service import send_code, take_try, use_code
from civic.mutual_aid.desk.consents import get_assisted_request
from civic.mutual_aid.desk.errors import ConsentKnown
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import ConsentMode, RequestState
from civic.mutual_aid.service.requests import send_request, write_consent


def send_consent_code(actor: Actor, *, request_id: int, are_texts_on: bool) -> None:
    """Send a code to the person for whom a request was made, once the text was read out to her.

    Raises:
        RequestNotFound: there is none, she asked for it herself, or the actor is not an agent there.
        ConsentKnown: it waits for no consent.
        TextsAreOff, NumberTakesNoText, CodeTooSoon, TooManyCodes: as in ``send_code``.
    """
    now = utc_now()
    with transaction():
        get_assisted_request(actor, request_id)
        request = _lock_waiting(request_id)
        send_code(
            actor,
            purpose=CodePurpose.CONSENT,
            person_id=request.requester_id,
            request_id=request.id,
            number=request.contact_phone,
            are_texts_on=are_texts_on,
            now=now,
        )


def record_consent_by_code(actor: Actor, *, request_id: int, code: str) -> None:
    """Write that a person agrees, by the code that she read on her telephone. Each try counts, and only a few do.

    Raises:
        RequestNotFound: as in ``send_consent_code``.
        ConsentKnown: it waits for no consent.
        CodeOver, CodeWrong: as in ``take_try``.
    """
    now = utc_now()
    request = get_assisted_request(actor, request_id)
    if request.state is not RequestState.AWAITING_CONSENT:
        raise ConsentKnown
    code_id = take_try(
        CodePurpose.CONSENT, person_id=request.requester_id, request_id=request_id, typed=code, now=now
    )
    with transaction():
        request = _lock_waiting(request_id)
        use_code(code_id)
        _agree(request, actor.id, now)


def _lock_waiting(request_id: int) -> HelpRequest:
    request = mutual_aid.lock_request(request_id)
    if request.state is not RequestState.AWAITING_CONSENT:
        raise ConsentKnown
    return request


def _agree(request: HelpRequest, actor_id: int | None, now: datetime) -> None:
    write_consent(request, ConsentMode.SMS, actor_id=actor_id, now=now)
    send_request(request, actor_id=actor_id, now=now)


# The answer to the message


def answer_code(*, phone_digest: str, text: str, says_no: bool, now: datetime) -> tuple[str, int] | None:
    """Do what the answer to a code says: the code itself agrees, « non » refuses. For the door of text messages, which knows who wrote.

    A refusal ends the code, and is told on the page of the request: an agent takes the consent back, with what follows from it.

    Returns:
        What to tell (``agreed``, ``refused``, ``which_code``, ``code_over``), and to whom; None where this number has no code to answer.
    """
    live = codes.list_live_consent_codes(phone_digest, at=now)
    if not live:
        return None
    typed = read_code(text)
    if typed is not None:
        outcome = next(
            (said for each in live if (said := _agree_by(each, typed, now)) is not None), "which_code"
        )
    elif says_no:
        outcome = _refuse(live, now)
    else:
        outcome = "which_code"
    return outcome, live[0].person_id


def _agree_by(code: TextCode, typed: str, now: datetime) -> str | None:
    request_id, person_id, sent_by_id = code.request_id, code.person_id, code.sent_by_id
    assert request_id is not None
    try:
        code_id = take_try(
            CodePurpose.CONSENT, person_id=person_id, request_id=request_id, typed=typed, now=now
        )
        with transaction():
            request = _lock_waiting(request_id)
            use_code(code_id)
            _agree(request, sent_by_id, now)
    except CodeWrong:
        return None
    except (CodeOver, ConsentKnown):
        return "code_over"
    return "agreed"


def _refuse(live: list[TextCode], now: datetime) -> str:
    subjects = {each.id: (each.person_id, each.request_id) for each in live}
    with transaction():
        for code_id, (person_id, request_id) in subjects.items():
            code = db.session.get(TextCode, code_id)
            if code is None or code.outcome is not None or request_id is None:
                continue
            code.outcome = CodeOutcome.REFUSED
            db.session.flush()
            publish(ConsentRefusedByText(occurred_at=now, person_id=person_id, request_id=request_id))
    return "refused"
