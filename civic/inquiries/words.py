"""What the states, the ways and the reasons are called, wherever they are read."""

from pathlib import PurePosixPath

from civic.inquiries.rules import Channel, InquiryState, MaskReason, Part, Regime, Verdict
from civic.kernel.errors import N_

STATE_WORDS = {
    InquiryState.DRAFT: ("draft", N_("Brouillon")),
    InquiryState.ANNOUNCED: ("scheduled", N_("Annoncée")),
    InquiryState.OPEN: ("open", N_("Registre ouvert")),
    InquiryState.CLOSED: ("closed", N_("Close, rapport attendu")),
    InquiryState.REPORTED: ("answered", N_("Rapport publié")),
    InquiryState.ARCHIVED: ("closed", N_("Archivée")),
}
CHANNEL_WORDS = {
    Channel.WEB: N_("Sur ce site"),
    Channel.EMAIL: N_("Par courriel"),
    Channel.LETTER: N_("Par courrier"),
    Channel.REGISTER: N_("Sur le registre papier"),
    Channel.ORAL: N_("Dite à une permanence"),
}
REGIME_WORDS = {
    Regime.ASSESSED: N_("Avec évaluation environnementale : 30 jours au moins"),
    Regime.UNASSESSED: N_("Sans évaluation environnementale : 15 jours au moins"),
    Regime.OTHER: N_("D’un autre code (voirie, expropriation…) : l’arrêté dit sa durée"),
}
VERDICT_WORDS = {
    Verdict.FAVOURABLE: N_("Avis favorable"),
    Verdict.WITH_RESERVES: N_("Avis favorable avec réserves"),
    Verdict.UNFAVOURABLE: N_("Avis défavorable"),
}
MASK_WORDS = {
    MaskReason.INSULT: N_("Propos injurieux"),
    MaskReason.PERSONAL: N_("Vie privée d’une personne"),
    MaskReason.UNLAWFUL: N_("Propos contraire à la loi"),
}
PART_WORDS = {
    Part.ORDER: N_("L’arrêté d’ouverture"),
    Part.DOSSIER: N_("Une pièce du dossier"),
    Part.REPORT: N_("Rapport du commissaire enquêteur"),
    Part.CONCLUSIONS: N_("Conclusions motivées"),
    Part.REPLY: N_("Mémoire en réponse du maître d’ouvrage"),
}

LONGEST_FILE_TITLE = 160


def title_of_file(name: str) -> str:
    """Return what a document is called after its file: « 3. Étude d’incidence » for « 3._Étude_d’incidence.pdf »; nothing for none."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    title = " ".join(stem.replace("_", " ").split())[:LONGEST_FILE_TITLE]
    return title if len(title) > 1 else ""
