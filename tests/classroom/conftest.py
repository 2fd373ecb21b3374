"""A folder of records, as students hand them in."""

import json

import pytest


@pytest.fixture
def folder(tmp_path):
    """The folder with what the class handed in."""
    place = tmp_path / "handed_in"
    place.mkdir()
    return place


@pytest.fixture
def hand_in(folder):
    """Writes a file below the folder: a record of these exercises, or a text or bytes as they are."""

    def write(name, content):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps({"version": 1, "exercises": content})
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
