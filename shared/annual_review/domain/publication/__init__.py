"""Rules of what is published beside the figures."""
