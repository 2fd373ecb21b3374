"""What the package promises about speed, measured: a module for each question. ``tools/measure/bench.py`` runs them."""
