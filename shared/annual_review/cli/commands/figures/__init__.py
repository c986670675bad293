"""Commands on figures: reconcile, repair, explain."""
