"""Measuring a room and its people: recordings in, settings out, and what to expect of them."""
