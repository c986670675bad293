"""What recording costs, side by side with the ways it is usually done (`make bench`)."""
