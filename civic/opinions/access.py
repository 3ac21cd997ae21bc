from civic.kernel.access import Action


class OpinionsAction(Action):
    REACT = "opinions.react"
    SUBMIT_STATEMENT = "opinions.submit_statement"
