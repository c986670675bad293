"""Pictures for the documentation: variants of the letter, and kinds of pages of the site."""
