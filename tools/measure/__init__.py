"""What the package promises about speed, measured: a module for each question. ``tools/bench.py`` runs them."""
