"""One turn as a picture: what overlaps, and when the answer starts. Plain SVG, no library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_LEFT, _TOP, _WIDTH, _ROW = 170, 60, 720, 22
_COLOURS = {
    "speech": "#9aa5b1",
    "silence": "#d9dee4",
    "recognise": "#4c78a8",
    "decide": "#f2a541",
    "act": "#b279a2",
    "voice": "#59a14f",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage, in milliseconds from the end of speech."""

    name: str
    kind: str
    start: float
    end: float


def ours(ms: Mapping[str, float], pause_ms: float = 40) -> list[Bar]:
    """The shipped pipeline: recognition and decision lie inside the silence that is waited for."""
    ready = max(ms["route"], pause_ms)
    return [
        Bar("user speaks", "speech", -600, 0),
        Bar("partials, thinking ahead", "recognise", -600, 0),
        Bar("silence that is waited for", "silence", 0, ms["endpoint"]),
        Bar("recognise, decide, prepare", "recognise", pause_ms, ready),
        Bar("act", "act", ms["endpoint"], max(ms["action"], ms["endpoint"] + 1)),
        Bar("answer", "voice", ms["first_audio"], ms["first_audio"] + 400),
    ]


def sequential(ms: Mapping[str, float]) -> list[Bar]:
    """Architecture 1: each stage waits for the last."""
    return [
        Bar("user speaks", "speech", -600, 0),
        Bar("fixed silence", "silence", 0, ms["endpoint"]),
        Bar("recognise", "recognise", ms["endpoint"], ms["transcript"]),
        Bar("decide, act", "act", ms["transcript"], max(ms["action"], ms["transcript"] + 1)),
        Bar("render the reply", "decide", ms["action"], ms["first_audio"]),
        Bar("answer", "voice", ms["first_audio"], ms["first_audio"] + 400),
    ]


def draw(text: str, parts: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """An SVG of the same utterance through several pipelines, one below the other."""
    first = min(bar.start for _, bars in parts for bar in bars)
    last = max(bar.end for _, bars in parts for bar in bars)
    scale = _WIDTH / (last - first)
    height = _TOP + sum((len(bars) + 2) * _ROW for _, bars in parts) + 20
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 90}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="100%" height="100%" fill="white"/><text x="16" y="28" font-size="16">'
        f"“{escape(text)}”: milliseconds from the end of speech</text>",
    ]
    y = _TOP
    for title, bars in parts:
        lines.append(f'<text x="16" y="{y + 14}" font-weight="bold">{escape(title)}</text>')
        y += _ROW
        for bar in bars:
            lines += _row(bar, _LEFT + (bar.start - first) * scale, y, scale)
            y += _ROW
        y += _ROW
    zero = _LEFT - first * scale
    lines.append(
        f'<line x1="{zero:.0f}" x2="{zero:.0f}" y1="{_TOP - 12}" y2="{y - _ROW}" '
        'stroke="#c00" stroke-dasharray="4 3"/></svg>'
    )
    return "\n".join(lines) + "\n"


def _row(bar: Bar, x: float, y: float, scale: float) -> list[str]:
    width = max(2.0, (bar.end - bar.start) * scale)
    length = f"{bar.end - bar.start:.0f} ms" if bar.start >= 0 else ""
    label = f"starts at {bar.start:.0f} ms" if bar.kind == "voice" else length
    return [
        f'<text x="16" y="{y + 14}">{escape(bar.name)}</text>',
        f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 6}" rx="3" '
        f'fill="{_COLOURS[bar.kind]}"/>',
        f'<text x="{x + width + 4:.1f}" y="{y + 15}" fill="#444">{label}</text>',
    ]
