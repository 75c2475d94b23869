"""From a reply's text to samples: sentences, Piper, the phrase cache, earcons."""
