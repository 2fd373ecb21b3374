"""The JupyterLab that the tools start: nobody gets in without its token."""

import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest


@pytest.mark.slow("starts JupyterLab, unless another test has")
def test_another_user_of_the_machine_is_not_let_in(lab_server):
    parts = urlsplit(lab_server)
    place = f"http://{parts.netloc}/"
    (token,) = parse_qs(parts.query)["token"]
    assert len(token) >= 30
    for path in (
        "api/contents",
        "api/terminals",
        "api/kernels",
        "api/contents?token=",
        f"api/contents?token={token[:-1]}",
    ):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(place + path, timeout=20)
    with urllib.request.urlopen(f"{place}api/contents?token={token}", timeout=20) as response:
        assert response.status == 200
    for listed in Path("/proc").glob(
        "[0-9]*/cmdline"
    ):  # what everybody can list; elsewhere than on Linux there is none
        try:
            assert token.encode() not in listed.read_bytes()
        except OSError:  # it has ended in the meantime
            continue
