"""Every port in memory: the rehearsal runs on these, and so do the fast tests."""
