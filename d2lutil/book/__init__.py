"""The names that *Dive into Deep Learning* (Zhang, Lipton, Li and Smola) uses in its two convolution chapters, as thin
shells over this package: functions and torch's functions for the first edition, classes for edition 1.0."""
