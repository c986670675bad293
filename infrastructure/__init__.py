"""What surrounds the deployed system: local AWS, monitoring, mail identity, deployment."""
