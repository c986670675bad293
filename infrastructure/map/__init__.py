"""Where authorities lie on the map of hexagons: computed once, from their points."""
