"""Sound: from a microphone's samples and a music file to AAC, on the same time line as the picture."""
