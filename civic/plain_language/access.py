from civic.kernel.access import Action


class PlainLanguageAction(Action):
    CHECK_TEXT = "plain_language.check_text"
