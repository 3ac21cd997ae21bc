"""French words as they are compared."""

import pytest

from civic.kernel.text import fold
from civic.kernel.words import stem, words_of

SAME = """
école écoles | cheval chevaux | travail travaux | planter plantation plantée planté | stationnement stationner | éclairage éclairer
sécurité sécuriser | végétaliser végétalisation végétalisé | dangereux dangereuse | culturel culturelle culture | nouveau nouvelle
accès accessible accessibilité | aménagement aménager | proposition proposer | jeu jeux | public publique publics | bateau bateaux
électrique électricité | logement loger | sportif sportive | jardin jardinage | ramassage ramasser | piéton piétonne | nettoyage nettoyer
rénovation rénover | isolation isoler | embellissement embellir | ralentir ralentisseur ralentisseurs | eau eaux
"""
APART = [
    "village ville", "musée musique", "maison mais", "banc banque", "parc parcours", "part partage", "marché marchand", "poste poteau"
]  # fmt: skip


@pytest.mark.parametrize("forms", [group.split() for line in SAME.splitlines() for group in line.split("|")])
def test_the_forms_of_a_word_have_one_stem(forms: list[str]) -> None:
    assert len({stem(fold(form)) for form in forms}) <= 1


@pytest.mark.parametrize("words", APART)
def test_words_that_a_reader_tells_apart_keep_two_stems(words: str) -> None:
    assert len({stem(fold(word)) for word in words.split()}) == 2


def test_an_elision_an_accent_and_a_small_word_are_no_obstacle() -> None:
    assert words_of("L’École d’à côté, où qu’elle soit") == ["ecole", "cote"]
    assert words_of("les et des") == []
