"""Builds ``verifier_scrutin.py``: the very modules that verify sealed polls here, put one after the other in one file."""

from functools import cache

from civic.voting.recount.script import assemble

VERIFIER_ENTRY = "civic.voting.verification.command"
VERIFIER_INTRODUCTION = '''#!/usr/bin/env python3
"""Vérifie un scrutin scellé : python3 verifier_scrutin.py DOSSIER [--earlier COPIE]

DOSSIER contient l’archive publique du scrutin (fichier .bel). Ce fichier n’a besoin que de Python 3.11 ou plus récent. (Le paquet
gmpy2, s’il est installé, le rend dix fois plus rapide et ne change rien à ce qu’il dit.) Vérifiez aussi avec un programme que nous
n’avons pas écrit : belenios-tool election verify --dir DOSSIER (Debian 12).

One file assembled from the modules of civic/voting, in which each one's name is given before its text.
"""
'''


@cache
def verifier_script() -> str:
    """Return the text of the script. Raises NotAssembled."""
    return assemble(VERIFIER_ENTRY, VERIFIER_INTRODUCTION)
