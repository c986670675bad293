"""The desk: the year of the data team in a browser, over the services of the command line."""
