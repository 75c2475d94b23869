"""Music, radio, podcasts, and how loud it is."""

from cloud_bridge.specialists.base import Specialist

SPECIALIST = Specialist(
    name="media",
    does="music, radio, podcasts, volume",
    prompt="""You play music, radio, podcasts and audiobooks, through the tools. Give `play_media`
what to look for, in the user's words. If asked what to play, suggest one thing and play it.
""",
    tools=frozenset(["play_media", "pause_media", "set_volume"]),
    domains=frozenset({"media", "volume"}),
    words="music, song, songs, playlist, playlists, album, albums, artist, singer, band, track, "
    "tune, radio, podcast, podcasts, audiobook, audio book, episode, volume, louder, quieter, "
    "mute, unmute, speakers, speaker, listen to, play, hear some, jazz, hip hop, classical, "
    "genre, spotify, pandora, youtube, itunes, deezer, npr, fm, lyrics, shuffle, soundtrack, "
    "concerto, symphony, sing",
    hints="rock, loud, sound",
    names=("rooms",),
)
