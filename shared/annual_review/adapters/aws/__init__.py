"""Amazon Web Services behind the ports: clients, errors, bucket, bus, queues."""
