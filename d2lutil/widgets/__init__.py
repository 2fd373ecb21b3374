"""What lives in a notebook's page beside the explorers: sliders, the progress of a training, TensorBoard."""
