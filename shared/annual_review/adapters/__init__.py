"""The outside world behind the ports: Amazon Web Services, files, and memory."""
