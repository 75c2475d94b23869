"""Prometheus metrics of the conversation. No words: what was said is nobody's metric."""

from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client import Enum as States

from edge.dialogue import State
from edge.events import Event
from edge.outside.appliance import Standing

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5)


class Metrics:
    """Counts events; `page` adds what can be read off the device at that moment."""

    def __init__(self) -> None:
        # A registry of its own: the library's default one is shared by the whole process.
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("stonechat_build", "What runs here.", registry=registry).info(
            {"version": version("stonechat")}
        )
        self._wakes = Counter("stonechat_wakes", "Wake words heard.", ["word"], registry=registry)
        self._turns = Counter(
            "stonechat_turns", "Turns, by who answered.", ["where"], registry=registry
        )
        self._actions = Counter(
            "stonechat_actions", "Actions done and taken back.", ["name", "way"], registry=registry
        )
        self._errors = Counter("stonechat_errors", "Failures.", ["code"], registry=registry)
        self._interrupted = Counter(
            "stonechat_interrupted", "Answers that were cut short.", registry=registry
        )
        self._stages = Histogram(
            "stonechat_stage_seconds",
            "From the end of speech to a stage of the turn.",
            ["stage"],
            buckets=_BUCKETS,
            registry=registry,
        )
        states = [state.name.lower() for state in State]
        self._state = States(
            "stonechat_state", "Where the conversation stands.", states=states, registry=registry
        )
        self._volume = Gauge("stonechat_volume_percent", "Loudness.", registry=registry)
        self._muted = Gauge("stonechat_muted", "1 while nothing is let out.", registry=registry)
        self._uptime = Gauge("stonechat_uptime_seconds", "Since the start.", registry=registry)
        self._silent = Gauge(
            "stonechat_silent_seconds", "Since the microphone last gave sound.", registry=registry
        )
        self._dropped = Gauge(
            "stonechat_dropped_samples", "Sound that was lost.", registry=registry
        )

    def __call__(self, event: Event) -> None:
        """Count an event."""
        data = event.data
        match event.event:
            case "wake":
                self._wakes.labels(data["word"]).inc()
            case "action":
                way = "undone" if data.get("undone") else "done"
                self._actions.labels(data["name"], way).inc()
            case "error":
                self._errors.labels(data["code"]).inc()
            case "interrupted":
                self._interrupted.inc()
            case "turn":
                self._turns.labels(data["where"]).inc()
                self._observe(data["ms"])
            case _:
                pass

    def _observe(self, stages: object) -> None:
        assert isinstance(stages, dict)
        for stage, ms in stages.items():
            if stage in ("transcript", "route", "endpoint", "action", "first_audio"):
                self._stages.labels(stage).observe(ms / 1000)

    def page(self, standing: Standing) -> bytes:
        """Everything, in Prometheus' text format."""
        self._state.state(standing.state)
        self._volume.set(standing.volume)
        self._muted.set(standing.muted)
        self._uptime.set(standing.uptime_s)
        self._silent.set(standing.silent_s)
        self._dropped.set(standing.dropped_samples)
        return generate_latest(self._registry)
