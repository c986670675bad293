"""AWS on a laptop: an emulator, a mail server that stands in for SES, and a deployment to both."""
