from civic.kernel.access import Action


class PagesAction(Action):
    SEE_DESK = "pages.see_desk"
    EDIT_TOWN_HALL = "pages.edit_town_hall"
