"""What the rooms of figures share: where figures come from, and what of them is shown."""
