"""The words and rules of the figures: frozen values over the standard library, no clock, no I/O."""
