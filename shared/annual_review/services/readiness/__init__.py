"""Whether all is ready for a year's letters: the mail account, the deployment, and the year."""
