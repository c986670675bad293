"""What is shipped that others wrote: its licences, its bill of materials, its known weaknesses."""
