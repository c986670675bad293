"""The figures of a year: counted again, repaired, frozen, explained."""
