"""The deployed system, and the services of each stage of the year put together on it."""
