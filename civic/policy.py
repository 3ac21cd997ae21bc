"""EVERY permission, on one page: an action is permitted when all the predicates of one of its clauses hold.

What no line names is refused to everybody. *Who* is here; *when* (phases, windows, states) is in each feature's ``rules.py``.
"""

from civic.accounts.access import (
    AccountsAction,
    is_admin_here,
    is_agent_here,
    is_councillor_here,
    is_member_of_organisation,
    is_moderator_here,
    is_resident_here,
    is_safeguarding_officer_here,
    is_signed_in,
    owns_organisation,
)
from civic.audit.access import AuditAction
from civic.checkins.access import (
    CheckinsAction,
    has_said_yes,
    is_met_volunteer,
    is_registered_person,
    keeps_register_here,
)
from civic.consultations.access import ConsultationsAction, lives_where_consulted
from civic.councils.access import (
    CouncilsAction,
    casts_this_voice,
    holds_this_seat,
    presides_here,
    sits_here,
)
from civic.councils.sortition.access import was_drawn
from civic.identity.access import IdentityAction
from civic.inquiries.access import InquiriesAction, conducts_it
from civic.kernel.access import Action, Clauses
from civic.matching.access import (
    MatchingAction,
    is_assisted,
    is_invited,
    is_its_beneficiary,
    is_its_volunteer,
)
from civic.moderation.access import ModerationAction, has_flagged_it, is_its_author, is_not_its_author
from civic.mutual_aid.access import (
    MutualAidAction,
    is_not_helped_by_it,
    is_offer_author,
    is_only_reader,
    is_requester,
    offers_help,
)
from civic.mutual_aid.gatherings.access import GatheringsAction, reads_for_organisation
from civic.opinions.access import OpinionsAction
from civic.pages.access import PagesAction
from civic.participation.access import ParticipationAction
from civic.petitions.access import PetitionsAction, did_not_launch_it, is_verified_where_asked, launched_it
from civic.plain_language.access import PlainLanguageAction
from civic.proposals.access import ProposalsAction, is_author, is_not_its_writer, signs_it
from civic.public_doors import PUBLIC_ENDPOINTS, SIGNED_ENDPOINTS
from civic.safeguarding.access import SafeguardingAction, is_not_about_oneself
from civic.surveys.access import SurveysAction, is_open_to_anyone
from civic.territories.access import TerritoriesAction
from civic.voting.access import VotingAction, carries_this_proxy, is_on_roll, is_public_poll

__all__ = ["POLICY", "PUBLIC_ENDPOINTS", "SIGNED_ENDPOINTS"]

POLICY: dict[Action, Clauses] = {
    # plain_language: whoever writes a consultation, a poll or a sitting, wherever it is
    PlainLanguageAction.CHECK_TEXT: ((is_councillor_here,), (is_agent_here,), (is_admin_here,)),
    # territories
    TerritoriesAction.IMPORT_BOUNDARIES: ((is_agent_here,), (is_admin_here,)),
    # identity
    IdentityAction.EDIT_IDENTITY: ((is_agent_here,), (is_admin_here,)),
    # accounts
    AccountsAction.SEE_PEOPLE: ((is_agent_here,), (is_admin_here,)),
    AccountsAction.REGISTER_PERSON: ((is_agent_here,), (is_admin_here,)),
    AccountsAction.VERIFY_RESIDENCY: ((is_agent_here,), (is_admin_here,)),
    AccountsAction.MANAGE_ROLES: ((is_admin_here,),),
    AccountsAction.DEACTIVATE_PERSON: ((is_admin_here,),),
    AccountsAction.REQUEST_ORGANISATION: ((is_resident_here,), (is_agent_here,)),
    AccountsAction.SPEAK_FOR_ORGANISATION: ((is_member_of_organisation,),),
    AccountsAction.MANAGE_MEMBERS: ((owns_organisation,),),
    AccountsAction.VERIFY_ORGANISATION: ((is_agent_here,), (is_admin_here,)),
    # audit
    AuditAction.READ_JOURNAL: ((is_admin_here,),),
    # consultations
    ConsultationsAction.SEE_DRAFT: ((is_councillor_here,), (is_agent_here,)),
    ConsultationsAction.WRITE_CONSULTATION: ((is_councillor_here,), (is_agent_here,)),
    ConsultationsAction.PUBLISH_CONSULTATION: ((is_councillor_here,), (is_agent_here,)),
    # opinions
    OpinionsAction.REACT: ((lives_where_consulted,),),
    OpinionsAction.SUBMIT_STATEMENT: ((lives_where_consulted,),),
    # surveys
    SurveysAction.WRITE_SURVEY: ((is_councillor_here,), (is_agent_here,)),
    SurveysAction.ANSWER_SURVEY: ((lives_where_consulted,), (is_open_to_anyone,)),
    SurveysAction.READ_WRITTEN_ANSWERS: ((is_councillor_here,), (is_agent_here,)),
    # proposals
    ProposalsAction.SUBMIT_PROPOSAL: ((lives_where_consulted,),),
    ProposalsAction.WRITE_DRAFT: ((is_author,),),
    ProposalsAction.SEE_ANONYMOUS_AUTHOR: ((is_moderator_here,), (is_agent_here,)),
    ProposalsAction.SUPPORT_PROPOSAL: ((lives_where_consulted,),),
    ProposalsAction.ARGUE: ((lives_where_consulted,),),
    ProposalsAction.MARK_ARGUMENT: ((lives_where_consulted,),),
    ProposalsAction.WITHDRAW_ARGUMENT: ((is_author,),),
    ProposalsAction.AMEND: ((lives_where_consulted,),),
    ProposalsAction.DECIDE_AMENDMENT: ((signs_it,),),
    ProposalsAction.WITHDRAW_AMENDMENT: ((is_author,),),
    ProposalsAction.EDIT_PROPOSAL: ((signs_it,),),
    ProposalsAction.WITHDRAW_PROPOSAL: ((is_author,),),
    ProposalsAction.CHOOSE_COAUTHORS: ((is_author,),),
    ProposalsAction.SEE_WITHHELD_PROPOSAL: ((is_author,),),
    ProposalsAction.DRAFT_ANSWER: ((is_councillor_here,), (is_agent_here,)),
    ProposalsAction.READ_ANSWER: (
        (is_councillor_here, is_not_its_writer),
        (is_agent_here, is_not_its_writer),
    ),
    ProposalsAction.PUBLISH_ANSWER: ((is_councillor_here,),),
    ProposalsAction.SET_ANSWER_PROMISE: ((is_councillor_here,), (is_agent_here,)),
    ProposalsAction.SET_TOWN_PROMISE: ((is_councillor_here,), (is_agent_here,), (is_admin_here,)),
    ProposalsAction.WRITE_COMMITMENT: ((is_councillor_here,), (is_agent_here,)),
    # participation: what was typed, and what is counted
    ParticipationAction.MAKE_SYNTHESIS: ((is_councillor_here,), (is_agent_here,)),
    ParticipationAction.EDIT_THEMES: ((is_councillor_here,), (is_agent_here,)),
    ParticipationAction.PUBLISH_SYNTHESIS: ((is_councillor_here,),),
    ParticipationAction.SET_POPULATION: ((is_agent_here,), (is_councillor_here,), (is_admin_here,)),
    ParticipationAction.TYPE_SHEETS: ((is_agent_here,),),
    # voting
    VotingAction.READ_POLL: ((is_public_poll,), (is_agent_here,), (is_councillor_here,)),
    VotingAction.PREPARE_POLL: ((is_agent_here,), (is_councillor_here,)),
    VotingAction.OPEN_POLL: ((is_agent_here,),),
    VotingAction.SEE_ROLL: ((is_agent_here,),),
    VotingAction.REGISTER_BALLOT: ((is_agent_here,),),
    VotingAction.CAST_BALLOT: ((is_on_roll,),),
    VotingAction.CAST_CARRIED: ((carries_this_proxy,),),
    VotingAction.FOLLOW_REGISTER: ((is_signed_in,),),
    # safeguarding
    SafeguardingAction.VET_VOLUNTEERS: ((is_agent_here,),),
    SafeguardingAction.SET_VETTING_RULES: ((is_admin_here,),),
    SafeguardingAction.BLOCK_PERSON: ((is_signed_in,),),
    SafeguardingAction.RAISE_CONCERN: ((is_signed_in,),),
    SafeguardingAction.LIST_CONCERNS: ((is_safeguarding_officer_here,),),
    SafeguardingAction.HANDLE_CONCERN: ((is_safeguarding_officer_here, is_not_about_oneself),),
    SafeguardingAction.LIFT_SUSPENSION: ((is_safeguarding_officer_here, is_not_about_oneself),),
    # mutual aid
    MutualAidAction.SET_LIMITS: ((is_signed_in,),),
    MutualAidAction.EDIT_SKILLS: ((is_agent_here,),),
    MutualAidAction.IMPORT_OFFERS: ((is_agent_here,),),
    MutualAidAction.OFFER_HELP: ((is_resident_here,),),
    MutualAidAction.OFFER_FOR_ORGANISATION: ((is_member_of_organisation,),),
    MutualAidAction.CHANGE_OFFER: ((is_offer_author,), (is_member_of_organisation,)),
    MutualAidAction.ASK_FOR_HELP: ((is_resident_here,),),
    MutualAidAction.ASK_FOR_ANOTHER: ((is_agent_here,),),
    MutualAidAction.LIST_REQUESTS: ((is_resident_here, offers_help), (is_agent_here,)),
    MutualAidAction.FOLLOW_REQUEST: ((is_requester,), (is_agent_here,)),
    MutualAidAction.CHANGE_REQUEST: ((is_requester,), (is_agent_here,)),
    MutualAidAction.CANCEL_REQUEST: ((is_requester,), (is_agent_here,)),
    MutualAidAction.WATCH_REQUESTS: ((is_agent_here,),),
    MutualAidAction.REVIEW_REQUEST: ((is_agent_here,),),
    MutualAidAction.ACCEPT_REQUEST: ((is_agent_here, is_not_helped_by_it),),
    MutualAidAction.ACCEPT_OWN_REQUEST: ((is_agent_here, is_only_reader),),
    MutualAidAction.SET_REVIEW: ((is_agent_here,), (is_admin_here,)),
    MutualAidAction.SET_REMINDERS: ((is_agent_here,), (is_admin_here,)),
    # gatherings
    GatheringsAction.ORGANISE: ((is_member_of_organisation,),),
    GatheringsAction.SEE_PLACES: ((reads_for_organisation,),),
    GatheringsAction.TAKE_PLACE: ((is_resident_here,),),
    MutualAidAction.CALL_PEOPLE: ((is_agent_here,),),
    MutualAidAction.RECORD_CONSENT: ((is_agent_here,),),
    MutualAidAction.WRITE_GUIDE: ((is_agent_here,), (is_admin_here,)),
    # matching
    MatchingAction.SET_DUTY: ((is_signed_in,),),
    MatchingAction.COME_FORWARD: ((is_resident_here, offers_help),),
    MatchingAction.ANSWER_INVITATION: ((is_invited,),),
    MatchingAction.FOLLOW_MATCH: ((is_its_volunteer,), (is_its_beneficiary,), (is_assisted, is_agent_here)),
    MatchingAction.CONTEST_MATCH: ((is_its_beneficiary,), (is_assisted, is_agent_here)),
    MatchingAction.CARRY_OUT_MATCH: ((is_its_volunteer,),),
    MatchingAction.SEE_REQUEST_CONTACT: ((is_agent_here,),),
    MatchingAction.RELAUNCH_SEARCH: ((is_requester,), (is_agent_here,)),
    MatchingAction.SETTLE_REQUEST: ((is_agent_here,),),
    MatchingAction.SET_PACE: ((is_agent_here,), (is_admin_here,)),
    # checkins: whom the mayor named; being an agent gives no right to the register
    CheckinsAction.KEEP_REGISTER: ((keeps_register_here,),),
    CheckinsAction.EXPORT_REGISTER: ((keeps_register_here,),),
    CheckinsAction.SEE_OWN_ENTRY: ((is_registered_person,),),
    CheckinsAction.STEER_CAMPAIGN: ((keeps_register_here,),),
    CheckinsAction.JOIN_CALLERS: ((is_agent_here,), (keeps_register_here,), (is_met_volunteer,)),
    CheckinsAction.CALL_PEOPLE: (
        (is_agent_here, has_said_yes),
        (keeps_register_here, has_said_yes),
        (is_met_volunteer, has_said_yes),
    ),
    # councils
    CouncilsAction.EDIT_COUNCIL: ((is_agent_here,), (is_admin_here,)),
    CouncilsAction.HOLD_SITTING: ((presides_here,), (is_agent_here,), (is_admin_here,)),
    CouncilsAction.ANSWER_CALL: ((holds_this_seat,), (presides_here,), (is_agent_here,), (is_admin_here,)),
    CouncilsAction.ASK_QUESTION: ((is_resident_here,), (sits_here,)),
    CouncilsAction.ATTEND: ((is_signed_in,),),
    CouncilsAction.CAST_VOICE: ((casts_this_voice,), (is_agent_here,), (is_admin_here,)),
    CouncilsAction.PUBLISH_RECORD: ((is_agent_here,),),
    CouncilsAction.WRITE_CALL: ((is_agent_here,),),
    CouncilsAction.APPLY: ((is_resident_here,),),
    CouncilsAction.DRAW_LOTS: ((is_agent_here,),),
    CouncilsAction.ANSWER_DRAW: ((was_drawn,), (is_agent_here,)),
    # petitions
    PetitionsAction.LAUNCH_PETITION: ((is_resident_here,),),
    PetitionsAction.CHANGE_PETITION: ((launched_it,),),
    PetitionsAction.SEE_UNPUBLISHED: tuple(
        (each,) for each in (launched_it, is_moderator_here, is_agent_here, is_councillor_here)
    ),
    PetitionsAction.EXAMINE: ((is_moderator_here, did_not_launch_it), (is_agent_here, did_not_launch_it)),
    PetitionsAction.SIGN_PETITION: ((is_resident_here, is_verified_where_asked),),
    PetitionsAction.COUNT_PAPER: ((is_agent_here,),),
    PetitionsAction.FOLLOW_UP: ((is_councillor_here,), (is_agent_here,)),
    PetitionsAction.SET_RULES: ((is_councillor_here,), (is_agent_here,)),
    # inquiries: the commissioner's rights are on one inquiry alone; she is independent, and nobody else studies it
    InquiriesAction.SEE_UNPUBLISHED: ((is_councillor_here,), (is_agent_here,), (conducts_it,)),
    InquiriesAction.WRITE_INQUIRY: ((is_councillor_here,), (is_agent_here,)),
    InquiriesAction.TYPE_OBSERVATION: ((is_agent_here,), (conducts_it,)),
    InquiriesAction.SEE_CONTACTS: ((is_agent_here,), (conducts_it,)),
    InquiriesAction.OPEN_MASKED: ((is_agent_here,), (conducts_it,)),
    InquiriesAction.MASK_OBSERVATION: ((is_agent_here,), (conducts_it,)),
    InquiriesAction.PROLONG: ((is_agent_here,), (conducts_it,)),
    InquiriesAction.STUDY: ((conducts_it,),),
    InquiriesAction.ANSWER_THEMES: ((is_councillor_here,), (is_agent_here,), (conducts_it,)),
    InquiriesAction.PUBLISH_REPORT: ((is_agent_here,), (conducts_it,)),
    # moderation
    ModerationAction.FLAG_CONTENT: ((is_signed_in,),),
    ModerationAction.SEE_QUEUE: ((is_moderator_here,), (is_admin_here,)),
    ModerationAction.DECIDE: ((is_moderator_here, is_not_its_author), (is_admin_here, is_not_its_author)),
    ModerationAction.JUDGE_APPEAL: (
        (is_moderator_here, is_not_its_author),
        (is_admin_here, is_not_its_author),
    ),
    ModerationAction.SEE_DECISION: (
        (is_its_author,),
        (has_flagged_it,),
        (is_moderator_here,),
        (is_admin_here,),
    ),
    ModerationAction.APPEAL: ((is_its_author,),),
    # pages
    PagesAction.SEE_DESK: (
        (is_agent_here,),
        (is_councillor_here,),
        (is_moderator_here,),
        (is_safeguarding_officer_here,),
        (keeps_register_here,),
        (is_admin_here,),
    ),
    PagesAction.EDIT_TOWN_HALL: ((is_agent_here,), (is_admin_here,)),
}
