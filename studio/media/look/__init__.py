"""What a `Look` makes of a picture: colours, a .cube file, smoother skin, a keyed screen."""
