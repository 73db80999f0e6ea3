"""The LIVEs that were, as the host looks back at them."""
