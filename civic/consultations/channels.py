"""By which way a contribution came: it counts the same, whatever the way."""

from enum import StrEnum

from civic.kernel.errors import N_


class Channel(StrEnum):
    WEB = "web"
    PAPER = "paper"
    TELEPHONE = "telephone"
    MEETING = "meeting"
    MAIL = "mail"


TYPING_DAYS = 15
"""What was received before the closing is typed until so many days after it."""

CHANNEL_NAMES = {
    Channel.WEB: N_("Sur internet"),
    Channel.PAPER: N_("Sur papier"),
    Channel.TELEPHONE: N_("Par téléphone"),
    Channel.MEETING: N_("En réunion"),
    Channel.MAIL: N_("Par courrier"),
}

CHANNEL_MENTIONS = {
    Channel.PAPER: N_("déposée sur papier"),
    Channel.TELEPHONE: N_("dite au téléphone"),
    Channel.MEETING: N_("dite en réunion"),
    Channel.MAIL: N_("reçue par courrier"),
}
"""What stands beside a contribution that the town hall typed; nothing beside one of the web."""

CHANNEL_SIGNATURES = {
    Channel.PAPER: N_("Un habitant, sur papier"),
    Channel.TELEPHONE: N_("Un habitant, par téléphone"),
    Channel.MEETING: N_("Un habitant, en réunion"),
    Channel.MAIL: N_("Un habitant, par courrier"),
}
"""What stands for the name of who said what the town hall typed."""
