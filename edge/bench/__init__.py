"""The published figures, measured on the user's own machine."""
