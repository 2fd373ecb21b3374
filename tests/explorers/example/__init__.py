"""A complete small explorer: a class, a script, a style sheet, a sample. test_a_new_explorer.py opens it."""
