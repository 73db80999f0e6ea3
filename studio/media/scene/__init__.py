"""Scenes: the inputs of the program picture, the stage they stand on, and its painting."""
