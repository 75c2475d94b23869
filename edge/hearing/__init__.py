"""From samples to words: wake word, voice activity, endpoint, recognition."""

from edge.later import import_when_used

# faster-whisper imports it to decode files, which here nobody does: 16 MB.
import_when_used("av")
