"""From the repository to an account, and back to what ran there before."""
