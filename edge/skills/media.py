"""Music and films on the home's players."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from edge.events import Action, Intent, Plan, Reply, Value
from edge.home.home import Command, Home
from edge.skills.base import Undo, ask, say, text_slot
from edge.skills.hands import Call, do, to_action, to_calls
from edge.skills.targets import resolve
from edge.skills.words import join, the
from edge.vocabulary import Device, Kind

_PLAYERS: tuple[Kind, ...] = ("media",)
_TARGET = {"name", "area", "unknown", "candidates"}
_NONE = "There is nothing here that plays music."
_SILENT = "Nothing is playing."
_NOT_PAUSED = "Nothing is paused."
_REPLIES: Mapping[str, tuple[Command, str]] = {
    "media.play": ("play", "Playing."),
    "media.pause": ("pause", "Paused."),
    "media.resume": ("resume", "Playing again."),
    "media.next": ("next", "Next one."),
    "media.previous": ("previous", "Going back."),
}


class Media:
    """Plays, pauses and skips."""

    intents = frozenset({*_REPLIES, "media.get"})

    def __init__(self, home: Home) -> None:
        self._home = home

    def phrases(self) -> Iterable[str]:
        """All but what is played."""
        return (_NONE, _SILENT, _NOT_PAUSED, *(reply for _, reply in _REPLIES.values()))

    async def plan(self, intent: Intent, now: datetime) -> Plan:
        """Decide on which player."""
        if intent.name == "media.get":
            return self._told()
        player = self._player(intent)
        if isinstance(player, Plan):
            return player
        command, reply = _REPLIES[intent.name]
        query = text_slot(intent.slots, "query") if command == "play" else None
        where = f" on {the(player.name)}" if _TARGET & intent.slots.keys() else ""
        if command == "pause" and where:
            reply = f"Paused {the(player.name)}."
        elif query or where:
            reply = f"{reply[:-1]}{f' {query}' if query else ''}{where}."
        arguments: dict[str, Value] = {"query": query} if query else {}
        return Plan(Reply(reply), to_action(intent.name, [Call(player.id, command, arguments)]))

    def _told(self) -> Plan:
        """What is playing, on each player that plays; not all of them know."""
        players = [each for each in self._home.vocabulary().devices if each.kind == "media"]
        said = []
        for player in self._in_state(players, "playing"):
            title = self._home.state(player.id).get("title")
            said.append(f"{title or 'something'} on {the(player.name)}")
        return say(f"Playing {join(said)}." if said else _SILENT)

    def _player(self, intent: Intent) -> Device | Plan:
        vocabulary = self._home.vocabulary()
        if _TARGET & intent.slots.keys():
            slots = {key: value for key, value in intent.slots.items() if key != "kind"}
            target = resolve(slots, vocabulary, _PLAYERS, "")
            if isinstance(target, Plan):
                return target
            players = [each for each in target.devices if each.kind == "media"]
            return players[0] if players else say(f"I can't play anything on {target.text}.")
        players = [each for each in vocabulary.devices if each.kind == "media"]
        if not players:
            return say(_NONE)
        # The one in this room first.
        players.sort(key=lambda each: each.area != vocabulary.here or each.area is None)
        if intent.name == "media.play":
            here = [each for each in players if each.area and each.area == vocabulary.here]
            return self._for_playing(here or players)
        return self._at_work(intent.name, players)

    def _for_playing(self, players: list[Device]) -> Device | Plan:
        busy = self._in_state(players, "playing", "paused")
        if busy or len(players) == 1:
            return (busy or players)[0]
        return ask(f"Where: {join([the(each.name) for each in players], 'or')}?")

    def _at_work(self, intent: str, players: list[Device]) -> Device | Plan:
        if intent == "media.resume":
            paused = self._in_state(players, "paused")
            return paused[0] if paused else say(_NOT_PAUSED)
        playing = self._in_state(players, "playing")
        if not playing and intent != "media.pause":
            playing = self._in_state(players, "paused")
        return playing[0] if playing else say(_SILENT)

    def _in_state(self, players: list[Device], *states: str) -> list[Device]:
        return [each for each in players if self._home.state(each.id).get("state") in states]

    async def perform(self, action: Action) -> Undo | None:
        """Have the player do it."""
        return await do(self._home, to_calls(action))
