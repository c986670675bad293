"""What can be done at the desk: each act a service of the command line, with what it is asked."""
