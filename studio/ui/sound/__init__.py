"""How the host sees and sets the sound: level bar, microphone tile, a card of settings. GUI thread."""
