"""Everything that a person may be told, by kind, and how a kind is worded: no database, no clock."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Family(StrEnum):
    """What a person chooses about together. Account mails cannot be refused."""

    PARTICIPATION = "participation"
    SOLIDARITY = "solidarity"
    ACCOUNT = "account"


class Kind(StrEnum):
    ANSWER_PUBLISHED = "answer_published"
    SUPPORTED_ANSWERED = "supported_answered"
    ANSWERS_PUBLISHED = "answers_published"
    ANSWERS_DUE = "answers_due"
    ANSWERS_TO_READ = "answers_to_read"
    ANSWER_AGREED = "answer_agreed"
    ANSWER_TO_CHANGE = "answer_to_change"
    COMMITMENT_MOVED = "commitment_moved"
    COMMITMENTS_MOVED = "commitments_moved"
    ARGUMENT_PUBLISHED = "argument_published"
    ARGUMENT_ANSWERED = "argument_answered"
    AMENDMENT_PROPOSED = "amendment_proposed"
    AMENDMENT_ACCEPTED = "amendment_accepted"
    AMENDMENT_REFUSED = "amendment_refused"
    SIGNED_TEXT_CHANGED = "signed_text_changed"
    INVITATION_SENT = "invitation_sent"
    VOLUNTEER_FOUND = "volunteer_found"
    MATCH_ACCEPTED = "match_accepted"
    MESSAGE_SAID = "message_said"
    VOLUNTEER_WITHDREW = "volunteer_withdrew"
    MATCH_RELEASED = "match_released"
    CONTACT_CORRECTED = "contact_corrected"
    MATCH_MISSED = "match_missed"
    DONE_CLAIMED = "done_claimed"
    MATCH_COMPLETED = "match_completed"
    REQUEST_ESCALATED = "request_escalated"
    REQUEST_TO_READ = "request_to_read"
    ANSWERS_STOPPED = "answers_stopped"
    REQUEST_READ_LATE = "request_read_late"
    REQUEST_IN_REVIEW = "request_in_review"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_SUSPENDED = "request_suspended"
    REQUEST_REDIRECTED = "request_redirected"
    REQUEST_DUPLICATE = "request_duplicate"
    REQUEST_CANCELLED = "request_cancelled"
    REQUEST_EXPIRED = "request_expired"
    REQUEST_STILL_NEEDED = "request_still_needed"
    CONTENT_HIDDEN = "content_hidden"
    CONTENT_RESTORED = "content_restored"
    APPEAL_UPHELD = "appeal_upheld"
    FLAG_UPHELD = "flag_upheld"
    FLAG_DISMISSED = "flag_dismissed"
    CONCERN_RAISED = "concern_raised"
    CONCERN_WITHOUT_OFFICER = "concern_without_officer"
    CONCERN_LOOKED_INTO = "concern_looked_into"
    VOLUNTEER_SUSPENDED = "volunteer_suspended"
    SUSPENSION_LIFTED = "suspension_lifted"
    REGISTER_ENTERED = "register_entered"
    REGISTER_UNLINKED = "register_unlinked"
    CHECKIN_CALLS_OFFERED = "checkin_calls_offered"
    CHECKIN_CALLS_OVER = "checkin_calls_over"
    CHECKIN_ALARM = "checkin_alarm"
    CHECKIN_UNREACHED = "checkin_unreached"
    CHECKIN_ROUND_OVER = "checkin_round_over"
    SHIFT_PLACE_OFFERED = "shift_place_offered"
    SHIFT_PLACE_LAPSED = "shift_place_lapsed"
    GATHERING_CANCELLED = "gathering_cancelled"
    HELPS_TOMORROW = "helps_tomorrow"
    IS_HELPED_TOMORROW = "is_helped_tomorrow"
    SHIFT_TOMORROW = "shift_tomorrow"
    HOURS_NOTED = "hours_noted"
    HOURS_CORRECTED = "hours_corrected"
    CONVOCATION_SENT = "convocation_sent"
    CONVOCATION_CHANGED = "convocation_changed"
    PETITION_OPENED = "petition_opened"
    PETITION_REFUSED = "petition_refused"
    PETITION_TO_EXAMINE = "petition_to_examine"
    PETITION_REACHED = "petition_reached"
    PETITION_ENDED = "petition_ended"
    PETITION_PLANNED = "petition_planned"
    PETITION_MOVED = "petition_moved"
    PETITION_DECIDED = "petition_decided"
    DECISIONS_DUE = "decisions_due"
    NEWS_SURVEY_OPENED = "news_survey_opened"
    NEWS_SURVEY_RESULTS = "news_survey_results"
    NEWS_PETITION = "news_petition"
    NEWS_PETITION_REACHED = "news_petition_reached"
    NEWS_PETITION_DECIDED = "news_petition_decided"
    INQUIRY_NAMED = "inquiry_named"
    NEWS_INQUIRY = "news_inquiry"
    NEWS_INQUIRY_PROLONGED = "news_inquiry_prolonged"
    NEWS_INQUIRY_REPORTED = "news_inquiry_reported"
    NEWS_CONSULTATION = "news_consultation"
    NEWS_LETTER = "news_letter"
    NEWS_PROPOSAL = "news_proposal"
    NEWS_ANSWER = "news_answer"
    NEWS_ARGUMENT = "news_argument"
    NEWS_TEXT = "news_text"
    NEWS_POLL = "news_poll"
    NEWS_RESULT = "news_result"
    NEWS_SITTING = "news_sitting"
    NEWS_MINUTES = "news_minutes"
    DRAWN_BY_LOT = "drawn_by_lot"
    DRAWN_REMINDER = "drawn_reminder"
    CALL_DECIDED = "call_decided"
    NEWS_CALL = "news_call"
    NEWS_RECORD = "news_record"


class MailChoice(StrEnum):
    AT_ONCE = "at_once"
    NONE = "none"


@dataclass(frozen=True)
class Wording:
    """How a kind of notification is said.

    Attributes:
        sentence: French source text; ``%(name)s`` places are filled from the notification's parameters.
        waits: how long its mail waits for the person to see it on the site; sent at once where zero.
        is_for_absent: its mail is for who is not connected alone.
    """

    family: Family
    sentence: str
    waits: timedelta = timedelta(0)
    is_for_absent: bool = False
