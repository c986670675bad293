"""Pictures of letters for the documentation: each variant as it is printed, and as it is mailed."""
