from civic.kernel.access import Action


class ParticipationAction(Action):
    MAKE_SYNTHESIS = "participation.make_synthesis"
    EDIT_THEMES = "participation.edit_themes"
    PUBLISH_SYNTHESIS = "participation.publish_synthesis"
    SET_POPULATION = "participation.set_population"
    TYPE_SHEETS = "participation.type_sheets"
