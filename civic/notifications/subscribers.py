"""Which facts are told to whom, and which mails of the account are owed."""

from civic.accounts import queries as accounts
from civic.accounts.events import (
    EmailChanged,
    MailedTokenIssued,
    PasswordChanged,
    SignUpRepeated,
)
from civic.accounts.models import Role
from civic.accounts.rules import mailed_path
from civic.kernel.events import within_transaction
from civic.matching.events import (
    InvitationSent,
    MatchCompleted,
    MatchCreated,
    MatchDoneClaimed,
    MatchFact,
    MatchMissed,
    MatchReleased,
    MatchWithdrawn,
    MessageSaid,
    RequestEscalated,
)
from civic.matching.queries import matches
from civic.matching.rules import LIVE_MATCH
from civic.moderation.events import AppealDecided, ContentHidden, DecisionUndone, FlagsDismissed
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.events import ContactCorrected
from civic.mutual_aid.importing.events import ConfirmationAsked
from civic.mutual_aid.queries import PublicRequest
from civic.notifications import answers as _answers  # noqa: F401  what is told of answers and commitments
from civic.notifications import asking as _asking  # noqa: F401  what is told of the states of a request
from civic.notifications import checkins as _checkins  # noqa: F401  registers who is told of the register
from civic.notifications import debating as _debating  # noqa: F401  what is told of answers to arguments
from civic.notifications import delivery as _delivery  # noqa: F401  registers what delivers the mails
from civic.notifications import gatherings as _gatherings  # noqa: F401  registers who is told of places
from civic.notifications import helping as _helping  # noqa: F401  reminders, and hours
from civic.notifications import inquiries as _inquiries  # noqa: F401  what is told of public inquiries
from civic.notifications import lots as _lots  # noqa: F401  who is drawn by lot
from civic.notifications import petitions as _petitions  # noqa: F401  what is told of petitions
from civic.notifications import queries
from civic.notifications import safety as _safety  # noqa: F401  registers who is told of worries and suspensions
from civic.notifications import sittings as _sittings  # noqa: F401  who is called to a sitting
from civic.notifications import voting_mails as _voting_mails  # noqa: F401  those that somebody asked for
from civic.notifications.rules import Kind
from civic.notifications.service import find_mail_address, notify, notify_all, owe_account_mail
from civic.proposals import queries as proposals
from civic.proposals.events import ArgumentPublished

INVITATIONS_PATH = "/entraide/sollicitations"


def _proposal_path(proposal_id: int) -> str:
    return f"/propositions/{proposal_id}"


def _match_path(match_id: int) -> str:
    return f"/entraide/mises-en-relation/{match_id}"


def _public_request(request_id: int) -> PublicRequest:
    (public,) = mutual_aid.public_requests([mutual_aid.get_request(request_id)])
    return public


# Participation


@within_transaction(ArgumentPublished)
def tell_argument(fact: ArgumentPublished) -> None:
    if fact.proposal_author_id is None or fact.proposal_author_id == fact.author_id:
        return
    notify(
        fact.proposal_author_id,
        kind=Kind.ARGUMENT_PUBLISHED,
        key=f"argument:{fact.argument_id}",
        params={"title": proposals.get_proposal(fact.proposal_id).title},
        path=_proposal_path(fact.proposal_id),
        now=fact.occurred_at,
    )


# Solidarity


@within_transaction(InvitationSent)
def tell_volunteer(fact: InvitationSent) -> None:
    notify(
        fact.volunteer_id,
        kind=Kind.INVITATION_SENT,
        key=f"invitation:{fact.invitation_id}:{fact.expires_at.isoformat()}",
        params={"place": _public_request(fact.request_id).territory_name},
        path=f"{INVITATIONS_PATH}/{fact.invitation_id}",
        now=fact.occurred_at,
    )


@within_transaction(MatchCreated)
def tell_both_sides(fact: MatchCreated) -> None:
    _tell_of_match(fact, fact.volunteer_id, Kind.MATCH_ACCEPTED)
    for person_id in {fact.requester_id, fact.follower_id} - {fact.volunteer_id}:
        _tell_of_match(fact, person_id, Kind.VOLUNTEER_FOUND)


@within_transaction(MatchWithdrawn)
def tell_withdrawal(fact: MatchWithdrawn) -> None:
    for person_id in {fact.requester_id, fact.follower_id}:
        _tell_of_match(fact, person_id, Kind.VOLUNTEER_WITHDREW)


@within_transaction(MatchReleased)
def tell_release(fact: MatchReleased) -> None:
    _tell_of_match(fact, fact.volunteer_id, Kind.MATCH_RELEASED)


@within_transaction(ContactCorrected)
def tell_new_contact(fact: ContactCorrected) -> None:
    """Who is to come may have written the former number down."""
    for match in matches.list_matches_of_request(fact.request_id):
        if match.state in LIVE_MATCH:
            notify(
                match.volunteer_id,
                kind=Kind.CONTACT_CORRECTED,
                key=f"contact:{match.id}:{fact.occurred_at.isoformat()}",
                params={"title": _public_request(fact.request_id).title},
                path=_match_path(match.id),
                now=fact.occurred_at,
            )


@within_transaction(MatchMissed)
def tell_missed(fact: MatchMissed) -> None:
    _tell_of_match(fact, fact.volunteer_id, Kind.MATCH_MISSED)


@within_transaction(MatchDoneClaimed)
def ask_confirmation(fact: MatchDoneClaimed) -> None:
    _tell_of_match(fact, fact.follower_id, Kind.DONE_CLAIMED)


@within_transaction(MatchCompleted)
def thank_volunteer(fact: MatchCompleted) -> None:
    _tell_of_match(fact, fact.volunteer_id, Kind.MATCH_COMPLETED)


def _tell_of_match(fact: MatchFact, person_id: int, kind: Kind) -> None:
    """Nobody is told what she has just done herself, but that her acceptance was the first."""
    if person_id == fact.actor_id and kind is not Kind.MATCH_ACCEPTED:
        return
    notify(
        person_id,
        kind=kind,
        key=_key_of(fact, kind),
        params={"title": _public_request(fact.request_id).title},
        path=_match_path(fact.match_id),
        now=fact.occurred_at,
    )


def _key_of(fact: MatchFact, kind: Kind) -> str:
    """Done may be announced again, after the other side said that it was not finished."""
    key = f"{kind.value}:{fact.match_id}"
    return f"{key}:{fact.occurred_at.isoformat()}" if kind is Kind.DONE_CLAIMED else key


@within_transaction(MessageSaid)
def tell_message(fact: MessageSaid) -> None:
    """One notification for what was said since the conversation was last read, not one a message."""
    path = _match_path(fact.match_id)
    if queries.has_unread(fact.recipient_id, Kind.MESSAGE_SAID, path):
        return
    request_id = matches.get_match(fact.match_id).request_id
    notify(
        fact.recipient_id,
        kind=Kind.MESSAGE_SAID,
        key=f"message:{fact.message_id}",
        params={"title": _public_request(request_id).title},
        path=path,
        now=fact.occurred_at,
    )


@within_transaction(RequestEscalated)
def tell_town_hall(fact: RequestEscalated) -> None:
    request = _public_request(fact.request_id)
    notify_all(
        accounts.list_person_ids_with_role(Role.AGENT, fact.territory_id),
        kind=Kind.REQUEST_ESCALATED,
        key=f"escalated:{fact.request_id}:{fact.occurred_at.date().isoformat()}:{fact.reason}",
        params={"title": request.title, "place": request.territory_name},
        path=f"/entraide/demandes/{fact.request_id}",
        now=fact.occurred_at,
    )


# Moderation


@within_transaction(ContentHidden)
def tell_hidden(fact: ContentHidden) -> None:
    if fact.author_id is not None:
        _tell_of_decision(fact.author_id, Kind.CONTENT_HIDDEN, fact)


@within_transaction(DecisionUndone)
def tell_shown_again(fact: DecisionUndone) -> None:
    if fact.author_id is not None:
        _tell_of_decision(fact.author_id, Kind.CONTENT_RESTORED, fact)


@within_transaction(AppealDecided)
def tell_appeal(fact: AppealDecided) -> None:
    kind = Kind.CONTENT_RESTORED if fact.is_restored else Kind.APPEAL_UPHELD
    _tell_of_decision(fact.author_id, kind, fact)


@within_transaction(ContentHidden)
def thank_flaggers(fact: ContentHidden) -> None:
    _tell_flaggers(fact, Kind.FLAG_UPHELD, path="/signalements/regles")


@within_transaction(FlagsDismissed)
def answer_flaggers(fact: FlagsDismissed) -> None:
    _tell_flaggers(fact, Kind.FLAG_DISMISSED, path=f"/signalements/decisions/{fact.decision_id}")


def _tell_flaggers(fact: ContentHidden | FlagsDismissed, kind: Kind, *, path: str) -> None:
    notify_all(
        fact.flagger_ids,
        kind=kind,
        key=f"{kind.value}:{fact.decision_id}",
        params={},
        path=path,
        now=fact.occurred_at,
    )


def _tell_of_decision(
    author_id: int, kind: Kind, fact: ContentHidden | DecisionUndone | AppealDecided
) -> None:
    notify(
        author_id,
        kind=kind,
        key=f"{kind.value}:{fact.decision_id}",
        params={},
        path=f"/signalements/decisions/{fact.decision_id}",
        now=fact.occurred_at,
    )


# Accounts


@within_transaction(MailedTokenIssued)
def owe_token_mail(fact: MailedTokenIssued) -> None:
    owe_account_mail(
        fact.purpose,
        email=fact.email,
        language=fact.language,
        now=fact.occurred_at,
        path=mailed_path(fact.purpose, fact.token, fact.next_path),
    )


@within_transaction(SignUpRepeated)
def owe_repeated_mail(fact: SignUpRepeated) -> None:
    owe_account_mail(
        "sign_up_repeated",
        email=fact.email,
        language=fact.language,
        now=fact.occurred_at,
        path="/compte/connexion",
    )


@within_transaction(PasswordChanged)
def owe_password_mail(fact: PasswordChanged) -> None:
    reader = find_mail_address(fact.person_id)
    if reader is not None:
        email, language = reader
        owe_account_mail(
            "password_changed",
            email=email,
            language=language,
            now=fact.occurred_at,
            path="/compte/mot-de-passe",
        )


@within_transaction(EmailChanged)
def owe_address_mail(fact: EmailChanged) -> None:
    owe_account_mail("email_changed", email=fact.former_email, language=fact.language, now=fact.occurred_at)


@within_transaction(ConfirmationAsked)
def owe_offer_mail(fact: ConfirmationAsked) -> None:
    owe_account_mail(
        "offer_confirmation",
        email=fact.email,
        language="fr",
        now=fact.occurred_at,
        path=f"/entraide/import/accord/{fact.token}",
    )
