"""The Live screen: picture, feed and earnings side by side. GUI thread."""
