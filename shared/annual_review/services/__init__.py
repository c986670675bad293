"""The use cases: one service per function, over the domain and the ports declared here."""
