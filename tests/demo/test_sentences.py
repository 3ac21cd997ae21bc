"""What is written in the demonstration commune is set as French is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from civic.demo.script import read_content

SPLIT = re.compile(r"\S [:;?!»](?:\s|$)|« ")


def sentences(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for each in content.values() if isinstance(content, dict) else content:
            yield from sentences(each)


@pytest.mark.parametrize("name", ["council.json", "records.json", "calls.json", "draws.json"])
def test_no_line_of_what_councils_say_begins_with_its_punctuation(name: str) -> None:
    assert [each for each in sentences(read_content(name)) if SPLIT.search(each)] == []
