"""What a person who asks for help speaks, and what whoever comes must know: two closed lists. Pure."""

from enum import StrEnum


class Language(StrEnum):
    """What a person speaks, where it is not French: few, so that they are ticked and not searched."""

    ENGLISH = "en"
    ARABIC = "ar"
    SPANISH = "es"
    PORTUGUESE = "pt"
    TURKISH = "tr"
    UKRAINIAN = "uk"
    SIGNS = "signs"


class Wish(StrEnum):
    """What a volunteer is told before she says yes. It refuses nobody: who comes reads it. Never an illness."""

    WOMAN = "woman"
    STAIRS = "stairs"
    STEP_FREE = "step_free"
    ANIMAL = "animal"
    HEAVY = "heavy"
    CAR = "car"
    SLOWLY = "slowly"
