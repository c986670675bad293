"""Letters on their way: approved, held, released, sent, tracked, settled."""
