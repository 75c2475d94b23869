import os
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE

import numpy as np
import pytest

from edge.events import Speech, Word
from edge.speaking.phrases import PhraseCache
from edge.speaking.tts import FakeVoice, PiperEngine, joined


def phrase(text: str, samples: int = 1000) -> Speech:
    pcm = np.random.default_rng(len(text)).integers(-9000, 9000, samples).astype(np.int16)
    return Speech(pcm, 22_050, text, (Word(text, 3, samples),))


def same(one: Speech | None, other: Speech) -> bool:
    return (
        one is not None
        and np.array_equal(one.pcm, other.pcm)
        and (one.rate, one.text, one.words) == (other.rate, other.text, other.words)
    )


@pytest.mark.parametrize("memory", [0, 1 << 20])
@pytest.mark.parametrize("fixed", [True, False])
def test_what_was_put_is_got_also_after_a_restart(tmp_path: Path, memory: int, fixed: bool) -> None:
    cache = PhraseCache(tmp_path, "joe", memory=memory)
    assert cache.get("Done.") is None
    cache.put(phrase("Done."), fixed=fixed)
    assert same(cache.get("Done."), phrase("Done."))
    assert same(PhraseCache(tmp_path, "joe", memory=memory).get("Done."), phrase("Done."))


def test_another_voice_has_other_phrases(tmp_path: Path) -> None:
    PhraseCache(tmp_path, "joe").put(phrase("Done."))
    assert PhraseCache(tmp_path, "amy").get("Done.") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 4],
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: data[:-7] + bytes([data[-7] ^ 4]) + data[-6:],
        lambda data: b"[]\n",
        lambda data: b"\xff\xfe\n",
    ],
)
@pytest.mark.parametrize("fixed", [True, False])
def test_a_damaged_entry_is_rendered_anew(tmp_path: Path, damage, fixed: bool) -> None:  # type: ignore[no-untyped-def]
    PhraseCache(tmp_path, "joe").put(phrase("Done."), fixed=fixed)
    (file,) = tmp_path.rglob("*.speech")
    file.write_bytes(damage(file.read_bytes()))
    cache = PhraseCache(tmp_path, "joe")
    assert cache.get("Done.") is None
    cache.put(phrase("Done."), fixed=fixed)
    assert same(PhraseCache(tmp_path, "joe").get("Done."), phrase("Done."))


def test_a_half_written_file_is_nothing(tmp_path: Path) -> None:
    cache = PhraseCache(tmp_path, "joe")
    cache.put(phrase("Done."))
    (file,) = tmp_path.rglob("*.speech")
    part = file.rename(file.with_name(f"{file.name}.123.part"))
    assert PhraseCache(tmp_path, "joe").get("Done.") is None
    assert part.exists()  # another process may be at it
    os.utime(part, (0, 0))
    assert PhraseCache(tmp_path, "joe").get("Done.") is None
    assert not part.exists()


WRITER = """
import sys, itertools, numpy as np
from pathlib import Path
from edge.events import Speech
from edge.speaking.phrases import PhraseCache
cache = PhraseCache(Path(sys.argv[1]), "joe", limit=3_000_000)
print("begin", flush=True)
for number in itertools.count():
    pcm = np.full(50_000, number % 1000, np.int16)
    cache.put(Speech(pcm, 22_050, f"phrase {number % 50}"), fixed=number % 50 < 5)
"""


def test_kill_9_loses_nothing_but_the_last(tmp_path: Path) -> None:
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.2)
            process.kill()
        files = list(tmp_path.rglob("*.speech"))
        cache = PhraseCache(tmp_path, "joe", limit=3_000_000, memory=0)
        found = [cache.get(f"phrase {number}") for number in range(50)]
        phrases = [speech for speech in found if speech is not None]
        assert len(phrases) == len(files) >= 5
        assert all((speech.pcm == speech.pcm[0]).all() for speech in phrases)


def test_least_recently_used_goes_first_and_fixed_never(tmp_path: Path) -> None:
    size = 2 * 1000 + 200
    cache = PhraseCache(tmp_path, "joe", limit=3 * size, memory=0)
    cache.put(phrase("fixed"), fixed=True)
    for number in range(3):
        cache.put(phrase(f"recent {number}"))
    assert cache.get("recent 0") is not None
    cache.put(phrase("recent 3"))
    assert cache.get("recent 1") is None
    kept = [text for n in range(4) if cache.get(text := f"recent {n}")]
    assert kept == ["recent 0", "recent 2", "recent 3"]
    assert cache.get("fixed") is not None
    assert sum(file.stat().st_size for file in (tmp_path / "recent").iterdir()) <= 3 * size


def test_use_is_remembered_over_a_restart(tmp_path: Path) -> None:
    cache = PhraseCache(tmp_path, "joe", memory=0)
    for number in range(3):
        cache.put(phrase(f"recent {number}"))
        file = max((tmp_path / "recent").iterdir(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(file, (time.time() - 100 + number,) * 2)
    assert cache.get("recent 0") is not None
    again = PhraseCache(tmp_path, "joe", limit=2 * 2200, memory=0)
    again.put(phrase("new"))
    assert again.get("recent 0") is not None
    assert again.get("recent 1") is None


def test_memory_is_bounded(tmp_path: Path) -> None:
    cache = PhraseCache(tmp_path, "joe", memory=5000)
    for number in range(10):
        cache.put(phrase(f"{number}"))
    for file in tmp_path.rglob("*.speech"):
        file.unlink()
    assert [n for n in range(10) if cache.get(f"{n}") is not None] == [8, 9]


def test_fixed_replies_are_in_memory_from_the_start(tmp_path: Path) -> None:
    PhraseCache(tmp_path, "joe").put(phrase("Done."), fixed=True)
    cache = PhraseCache(tmp_path, "joe")
    for file in tmp_path.rglob("*.speech"):
        file.unlink()
    assert same(cache.get("Done."), phrase("Done."))


def test_render_all_renders_once(tmp_path: Path) -> None:
    voice = FakeVoice()
    seen: list[tuple[int, int]] = []
    cache = PhraseCache(tmp_path, voice.key)
    cache.put(joined("Hello.", list(voice.speak("Hello."))))
    replies = ["Done.", "Hello. Good night!", "Done.", "…"]
    count = cache.render_all(voice, replies, lambda done, total: seen.append((done, total)))
    assert count == 2
    assert seen == [(1, 3), (2, 3), (3, 3)]
    again = FakeVoice()
    assert PhraseCache(tmp_path, again.key).render_all(again, replies) == 0
    assert again.spoken == []
    assert len(list((tmp_path / "fixed").glob("*.speech"))) == 3
    assert list((tmp_path / "recent").glob("*.speech")) == []


def test_a_reply_that_is_fixed_no_longer_can_be_evicted(tmp_path: Path) -> None:
    voice = FakeVoice()
    cache = PhraseCache(tmp_path, voice.key, limit=1, memory=0)
    cache.render_all(voice, ["Old.", "Kept."])
    cache.render_all(voice, ["Kept."])
    assert cache.get("Old.") is None
    assert cache.get("Kept.") is not None


def test_a_folder_that_cannot_be_written_keeps_nothing_and_hurts_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = PhraseCache(tmp_path / "file", "joe", memory=0)
    cache.put(phrase("Done."))
    cache.put(phrase("Hello."), fixed=True)
    assert cache.get("Done.") is None
    assert cache.render_all(FakeVoice(), ["Done."]) == 1


@pytest.mark.engine
def test_cached_is_fresh_to_the_sample(tmp_path: Path, voice: PiperEngine) -> None:
    text = "The kitchen light is now on."
    PhraseCache(tmp_path, voice.key).render_all(voice, [text])
    fresh = joined(text, list(voice.speak(text)))
    assert same(PhraseCache(tmp_path, voice.key, memory=0).get(text), fresh)
