"""The command line `annual-review`: one module for each command."""
