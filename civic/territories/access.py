from civic.kernel.access import Action


class TerritoriesAction(Action):
    IMPORT_BOUNDARIES = "territories.import_boundaries"
