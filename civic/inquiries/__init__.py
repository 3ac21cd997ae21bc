"""The register of a public inquiry (« enquête publique »): its notice, its dossier, its sessions, its observations, its commissioner."""
