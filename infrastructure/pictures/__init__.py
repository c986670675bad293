"""Pictures of letters for the documentation: every variant as it is printed, and as it is mailed."""
