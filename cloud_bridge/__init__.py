"""Stonechat's cloud half: streamed answers, safe tools, and a ladder to fall down gracefully.

It knows nothing of the device: it is given tools as functions and gives back a stream of events.
"""
