from civic.kernel.errors import N_, Invalid, NotFound


class ColourNotReadable(Invalid):
    """A chosen colour is too light to be read on the pages, or to bear the words of a button."""

    code = "colour_not_readable"
    message = N_(
        "Cette couleur est trop claire : une partie des habitants ne pourrait pas lire ce qui est écrit avec."
    )


class ArmsRefused(Invalid):
    """What was sent is not an image that can be shown on every page."""

    code = "arms_refused"
    message = N_("Cette image ne convient pas.")


class NoArms(NotFound):
    code = "no_arms"
