"""Commands on what comes in: register, past events, dead letters."""
