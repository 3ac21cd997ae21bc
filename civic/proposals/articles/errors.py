from civic.kernel.errors import N_, Conflict


class TextIsPublished(Conflict):
    code = "text_is_published"
    message = N_(
        "La consultation est publiée : les habitants débattent de ces mots-là, ils ne changent plus. Votre texte est dans le formulaire."
    )


class TextChangedMeanwhile(Conflict):
    code = "text_changed_meanwhile"
    message = N_(
        "Quelqu’un a enregistré ce texte pendant que vous écriviez. Sa version est plus bas, la vôtre est dans le formulaire : enregistrer remplacera la sienne."
    )
