"""The picture as viewers will get it, with what the host must know on top. GUI thread."""
