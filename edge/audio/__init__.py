"""Sound in and sound out: microphone, speaker, recordings."""
