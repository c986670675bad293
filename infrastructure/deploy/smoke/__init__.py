"""One event and one diverted letter through a deployment, and nothing left of them afterwards."""
