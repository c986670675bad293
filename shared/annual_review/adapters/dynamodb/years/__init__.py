"""What is kept of a year as a whole: the volumes that people accepted, and whether it is sent."""
