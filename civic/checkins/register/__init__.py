"""The register: who is in it, who asked, what she was told, and how she leaves it."""
