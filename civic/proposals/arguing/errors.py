from civic.kernel.errors import N_, Conflict


class OwnArgument(Conflict):
    code = "own_argument"
    message = N_("C’est votre argument : ce sont les autres qui disent s’il les éclaire.")


class ArgumentWithdrawn(Conflict):
    code = "argument_withdrawn"
    message = N_("Ce texte a été retiré par son auteur : on ne peut plus y répondre.")


class AnswersAreNotMarked(Conflict):
    code = "answers_are_not_marked"
    message = N_("On dit qu’un argument éclaire, pas une réponse à un argument.")
