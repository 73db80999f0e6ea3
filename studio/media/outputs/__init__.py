"""Where packets go: `output` is the seam and its queue; a stream for the backend, recordings, RTMP."""
