"""`stonechat privacy`: what left the device."""

import json
from dataclasses import asdict
from typing import Annotated

import typer


def privacy(
    last: Annotated[int, typer.Option(min=1, help="How many entries, the newest last.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One entry a line.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Delete the log.")] = False,
) -> None:
    """Show what was sent to language models: text, destination, tokens, estimated cost."""
    from edge.cloud.privacy import privacy_file, sent_out

    if forget:
        file = privacy_file()
        for each in (file, file.with_suffix(file.suffix + ".1")):
            each.unlink(missing_ok=True)
        return
    entries = sent_out()
    if as_json:
        for entry in entries[-last:]:
            print(json.dumps(asdict(entry), default=str, ensure_ascii=False))
        return
    if not entries:
        print("Nothing has left this device.")
        return
    for entry in entries[-last:]:
        usage, about = entry.usage, "about " if entry.usage.estimated else ""
        print(f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}  {entry.to}  ({entry.outcome})")
        print(f"    {entry.text.replace(chr(10), chr(10) + '    ')}")
        print(f"    {about}{usage.sent} + {usage.received} tokens, ${entry.cost:.4f}")
    tokens = sum(entry.usage.sent + entry.usage.received for entry in entries)
    print(f"{len(entries)} requests, {tokens} tokens, ${sum(e.cost for e in entries):.2f} in all")
