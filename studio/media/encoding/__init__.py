"""From program frames to H.264: encoders, the thread that drives one, and what a frame costs."""
