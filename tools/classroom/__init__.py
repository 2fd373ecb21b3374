"""Who is stuck, read from the records that students hand in: ``python -m tools.classroom FOLDER``."""
