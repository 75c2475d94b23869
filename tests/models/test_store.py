import os
from pathlib import Path

import pytest

from edge.errors import ModelError, UsageError
from edge.models.store import STAMPS, State, Store
from tests.models.conftest import a_file, a_manifest


@pytest.fixture
def store(root: Path, data: bytes) -> Store:
    manifest = a_manifest(a_file("song.bin", data, "https://example.org/song.bin"))
    place = root / "bird" / "song.bin"
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    return Store(root, manifest)


def flip(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[1234] ^= 1
    place.write_bytes(content)


def test_a_good_file_is_given(store: Store, root: Path) -> None:
    assert store.path("bird") == store.path("bird", "song.bin") == root / "bird" / "song.bin"
    assert store.folder("bird") == root / "bird"


@pytest.mark.parametrize("harm", [flip, Path.unlink, lambda place: place.write_bytes(b"half")])
def test_a_bad_file_is_named_with_its_remedy(store: Store, harm: object) -> None:
    place = store.path("bird")
    harm(place)  # type: ignore[operator]
    for ask in (store.path, store.folder):
        with pytest.raises(ModelError) as caught:
            ask("bird")
        assert str(caught.value).startswith(str(place))
        assert str(caught.value).endswith("mend it with: stonechat models download bird")


def test_a_file_found_good_is_not_read_again_until_it_is_asked_for(store: Store) -> None:
    place = store.path("bird")
    before = place.stat()
    flip(place)
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    model, file = store.manifest.models[0], store.manifest.models[0].files[0]
    assert store.state(model, file) is State.GOOD
    assert store.state(model, file, thorough=True) is State.CORRUPT
    assert store.state(model, file) is State.CORRUPT  # and that is not forgotten


@pytest.mark.parametrize("note", ["", "{", "[]", '{"song.bin": 1}', '{"song.bin": [1, 2]}'])
def test_a_damaged_note_costs_a_reading_only(store: Store, root: Path, note: str) -> None:
    (root / "bird" / STAMPS).write_text(note)
    assert store.path("bird").exists()


def test_a_change_of_the_manifest_is_noticed(store: Store, root: Path, data: bytes) -> None:
    store.path("bird")
    newer = a_manifest(a_file("song.bin", bytes(len(data)), "https://example.org/song.bin"))
    with pytest.raises(ModelError, match="corrupt"):
        Store(root, newer).path("bird")


def test_unknown_names_are_answered_with_the_known_ones(store: Store) -> None:
    with pytest.raises(UsageError, match="there are: bird"):
        store.path("brid")
    with pytest.raises(UsageError, match=r"it has: song\.bin"):
        store.path("bird", "song.bim")


def test_what_is_no_file_is_one_line(store: Store, root: Path) -> None:
    place = root / "bird" / "song.bin"
    place.unlink()
    place.symlink_to(place)
    with pytest.raises(ModelError, match="cannot be read"):
        store.path("bird")
