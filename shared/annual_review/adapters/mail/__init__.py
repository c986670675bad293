"""Mail through Amazon SES, diverted and paced, and its events."""
