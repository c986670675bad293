"""The register and its recipients: what may be wrong, and what a change of entries touches."""
