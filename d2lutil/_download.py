"""Fetching a published file: to another name first, checked, and within limits, so that no half file lies under its
name, whoever else fetches it at the same time."""

import hashlib
import os
import tempfile
import time
import urllib.request
from pathlib import Path

__all__ = ["fetch"]

PATIENCE = 4.0  # seconds to wait for a server's answer, or for its next bytes
SLOWEST = 10_000  # bytes a second, on the average
PIECE = 1 << 16


def fetch(url: str, target: Path, md5: str, at_most: int) -> None:
    """Put the file that lies at ``url`` where ``target`` says.

    Parameters
    ----------
    url : of the file
    target : its path; the folder is made once the server has answered
    md5 : its checksum
    at_most : bytes; what is longer is not the file

    Raises
    ------
    OSError
        If the server does not answer, is too slow, or sends something else, or if the file cannot be written. What was
        there before is there still.
    """
    from tqdm import tqdm

    with urllib.request.urlopen(url, timeout=PATIENCE) as response:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".partial")
        try:
            digest, received, started = hashlib.md5(), 0, time.monotonic()
            length = response.headers.get("Content-Length")
            total = int(length) if length and length.isdigit() else None
            with os.fdopen(handle, "wb") as file, tqdm(total=total, unit="B", unit_scale=True, desc=target.name) as bar:
                while piece := response.read1(PIECE):
                    file.write(piece)
                    digest.update(piece)
                    received += len(piece)
                    bar.update(len(piece))
                    seconds = time.monotonic() - started
                    if received > at_most:
                        raise OSError(f"the server sends more than {at_most:,} bytes")
                    if seconds > PATIENCE and received < SLOWEST * seconds:
                        raise TimeoutError(f"the server sends less than {SLOWEST:,} bytes a second")
                file.flush()
                os.fsync(file.fileno())
            if digest.hexdigest() != md5:
                raise OSError("what the server sends has a wrong checksum")
            os.replace(partial, target)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
