"""Builds ``retirer.py``: the very modules that draw here, put one after the other in one file, as ``recompter.py`` is."""

from functools import cache

from civic.voting.recount.script import assemble

INTRODUCTION = '''#!/usr/bin/env python3
"""Refait un tirage au sort : python3 retirer.py liste.csv regles.json --seed "GRAINE"

Ce fichier contient toutes les règles du tirage, et n’a besoin que de Python 3.11 ou plus récent. Il imprime, à l’octet près, le
résultat que la plateforme publie. Avec --declined NUMÉRO, autant de fois qu’il faut, il dit aussi qui remplace qui.

One file assembled from the modules of civic/councils/sortition, in which each one's name is given before its text.
"""
'''


@cache
def draw_script() -> str:
    """Return the text of the script."""
    return assemble("civic.councils.sortition.command", INTRODUCTION)
