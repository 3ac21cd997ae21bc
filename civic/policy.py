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
from civic.councils.access import CouncilsAction, casts_this_voice
from civic.identity.access import IdentityAction
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
from civic.plain_language.access import PlainLanguageAction
from civic.proposals.access import ProposalsAction, is_author, is_not_its_writer
from civic.safeguarding.access import SafeguardingAction, is_not_about_oneself
from civic.territories.access import TerritoriesAction
from civic.voting.access import VotingAction, carries_this_proxy, is_on_roll, is_public_poll

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
    # proposals
    ProposalsAction.SUBMIT_PROPOSAL: ((lives_where_consulted,),),
    ProposalsAction.WRITE_DRAFT: ((is_author,),),
    ProposalsAction.SEE_ANONYMOUS_AUTHOR: ((is_moderator_here,), (is_agent_here,)),
    ProposalsAction.SUPPORT_PROPOSAL: ((lives_where_consulted,),),
    ProposalsAction.ARGUE: ((lives_where_consulted,),),
    ProposalsAction.EDIT_PROPOSAL: ((is_author,),),
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
    CouncilsAction.CAST_VOICE: ((casts_this_voice,), (is_agent_here,), (is_admin_here,)),
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

PUBLIC_ENDPOINTS = frozenset(
    {
        # the edge
        "static",
        "web.show_health",
        "web.show_readiness",
        "web.show_metrics",
        "web.choose_language",
        "web.choose_appearance",
        "web.show_openapi",
        "web.read_api",
        # the device off the line
        "offline.show_manifest",
        "offline.show_service_worker",
        "offline.show_offline",
        "offline.show_sender",
        # accounts
        "accounts.show_sign_in",
        "accounts.sign_in",
        "accounts.show_sign_up",
        "accounts.sign_up",
        "accounts.show_confirmation",
        "accounts.confirm_email",
        "accounts.show_forgotten_password",
        "accounts.request_password_reset",
        "accounts.show_password_reset",
        "accounts.reset_password",
        "accounts.show_email_change",
        "accounts.confirm_email_change",
        "accounts.show_mail_sent",
        "accounts.send_again",
        "accounts.list_organisations",
        "accounts.show_organisation",
        # notifications: of a demonstration alone, whose mails nobody else receives
        "notifications.show_demo_mailbox",
        # what other programs read
        "feeds.show_feeds",
        "feeds.read_town_feed",
        "feeds.read_consultation_feed",
        "feeds.read_place_feed",
        "feeds.read_calendar",
        "feeds.show_open_now",
        "feeds.show_one_consultation",
        # the end of mails: of who has the signature alone
        "following.show_stop",
        "following.stop_mails",
        # text messages: of who has the signature alone
        "texting.receive_reply",
        # territories
        "territories_api.list_territories",
        "territories_api.get_territory",
        "territories_api.locate",
        "territories_api.list_addresses",
        "territories.list_neighbourhoods",
        "territories.show_neighbourhood",
        # identity
        "identity.show_style_sheet",
        "identity.show_arms",
        # consultations
        "consultations.list_consultations",
        "consultations.show_consultation",
        "consultations.show_essential",
        "consultations_api.list_consultations",
        "consultations_api.get_consultation",
        # opinions
        "opinions.show_next",
        "opinions.show_all",
        "opinions.show_map",
        "opinions.show_statement",
        "opinions.download_opinions",
        "opinions_api.list_statements",
        "opinions_api.get_next_statement",
        "opinions_api.get_opinion_map",
        # proposals
        "proposals.show_proposal",
        "proposals.show_essential",
        "proposals.show_map",
        "attached.show_photograph",
        "attached.download_document",
        "proposals_api.list_proposals",
        "proposals_api.get_proposal",
        "proposals_api.list_arguments",
        # how many took part
        "sheets_api.get_participation",
        # the synthesis of a consultation, once it is published
        "synthesis.show_synthesis",
        "synthesis.download_pdf",
        "synthesis.download_workbook",
        "synthesis_api.get_synthesis",
        # answers that are due, commitments, the town's record
        "answers_api.show_promise",
        "answers_api.show_expected",
        "commitments.list_commitments",
        "commitments.show_commitment",
        "commitments.show_photograph",
        "commitments.show_record",
        "commitments.download_record",
        "commitments_api.list_commitments",
        "commitments_api.get_commitment",
        "commitments_api.show_record",
        # mutual aid
        "mutual_aid.show_board",
        "steering.explain_choice",
        "certificates.show_check",
        "certificates.check_certificate",
        "mutual_aid.show_offer",
        "guides.list_guides",
        "guides.show_guide",
        "gatherings.list_gatherings",
        "gatherings.show_gathering",
        "offer_import.show_confirmation",
        "offer_import.confirm",
        "offer_import.refuse",
        "mutual_aid_api.list_offers",
        "gatherings_api.list_gatherings",
        "gatherings_api.get_gathering",
        "mutual_aid_api.get_offer",
        # checkins: what the register is for, and past campaigns in totals alone
        "checkins.show_information",
        # councils
        "councils.list_councils",
        "councils.show_council",
        "councils.show_sitting",
        "councils.show_essential",
        "councils.download_sitting",
        "sitting_votes.show_vote",
        "sitting_votes_api.list_votes",
        "sitting_votes_api.show_vote",
        "councils_api.list_councils",
        "councils_api.get_council",
        "councils_api.list_sittings",
        # moderation
        "moderation.show_charter",
        # voting
        "voting.list_polls",
        "voting.show_poll",
        "voting.show_essential",
        "voting.show_result",
        "voting.show_question_result",
        "voting.show_option_result",
        "voting.download_question_ballots",
        "voting.download_question_result",
        "voting.show_recount_help",
        "voting.download_recount_script",
        "voting.download_ballots",
        "voting.download_rules",
        "voting.show_receipt_check",
        "voting.check_receipt",
        "voting_api.list_polls",
        "voting_api.get_poll",
        "voting_api.get_result",
        "voting_api.check_receipt",
        "voting_booth.show_booth",
        "voting_booth.show_booth_files",
        "voting_booth.show_box",
        "voting_booth.download_archive",
        "voting_booth.download_election",
        "voting_booth.download_head",
        "voting_booth_api.get_sealed",
        "voting_booth_api.list_box",
        "voting_register.show_register",
        "voting_register.download_register",
        "voting_register.download_receipts",
        "voting_register.compare_copy",
        "voting_register.download_key",
        "voting_register.print_receipt",
        "voting_register.download_receipt",
        "voting_register_api.show_register",
        "voting_register_api.check_signed_receipt",
        # pages
        "pages.show_home",
        "pages.search",
        "pages.show_help_figures",
        "pages.show_legal_notice",
        "pages.show_privacy",
        "pages.show_help",
        "pages.show_plain_words",
        "pages.show_accessibility",
        "pages.show_robots",
        "pages.show_components",
        "pages.try_component",
        "pages.show_security_contact",
        # paper: what anybody may read, made to be printed
        "paper.list_sheets",
        "paper.show_consultation_poster",
        "paper.show_consultation_in_large_print",
        "paper.show_reply_sheet",
        "paper.show_poll_notice",
        "paper.show_poll_poster",
        "paper.show_poll_in_large_print",
        "paper.show_help_poster",
        "paper.show_neighbourhood_help_poster",
        # display
        "display.show_board",
        "display.show_neighbourhood_board",
    }
)
"""Endpoints open to who is not signed in. Every other one asks for a sign-in before anything else."""

SIGNED_ENDPOINTS = frozenset({"texting.receive_reply", "following.stop_mails"})
"""Public endpoints that another machine calls, with a signature over each body: a browser that is led astray cannot make one."""
