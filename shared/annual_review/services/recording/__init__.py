"""Recording decisions: messages in, cases and tallies out, dead letters."""
