"""Files that rows point to: fetched once, without any key, and kept under the data folder.

`Shelf.keep` gives one row per file: where it lies, its SHA-256 and size, or what kept it away. A
vendor's files lie on other hosts than its API, so they have a session of their own that holds no
key, asks only hosts of the vendor (in sandbox mode only this machine) and follows no redirect. A
file is written beside its place and renamed; one that is there is not fetched again.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from dlt.sources.helpers.requests import Client

from extract import config
from extract.api import ATTEMPTS, LONGEST_WAIT_SECONDS, RETRIED_STATUS, TIMEOUT_SECONDS

LARGEST_BYTES = 300_000_000
CHUNK_BYTES = 1 << 16
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
KINDS = {ending: kind for kind, ending in ENDINGS.items()}


class NotKept(Exception):
    """A file that cannot be kept; the message says why in a few words."""


class Shelf:
    """The files of one source, under `media/<source>/` in the data folder."""

    def __init__(self, source: str, hosts: tuple[str, ...]) -> None:
        """`hosts` are those of the vendor's files, each with all names below it."""
        self.folder = config.data_dir() / "media" / source
        self.hosts = hosts
        self.is_cut_off = False
        self.session = Client(
            raise_for_status=False,
            request_timeout=TIMEOUT_SECONDS,
            request_max_attempts=ATTEMPTS,
            request_backoff_factor=config.retry_wait(),
            request_max_retry_delay=LONGEST_WAIT_SECONDS,
            status_codes=RETRIED_STATUS,
        ).session
        self.session.trust_env = config.mode() == "live"
        for left in self.folder.glob("*.part"):  # of a run that was killed
            left.unlink()

    def keep(self, name: str, url: Any) -> dict[str, Any]:
        """The row of one file: `id`, `path` below the data folder, `sha256`, `bytes`,
        `content_type`, and `problem` where there is no file."""
        try:
            if not re.fullmatch(r"\w+", name, re.ASCII):
                raise NotKept("an id that is no file name")
            path = self._there(name) or self._fetch(name, url)
        except NotKept as problem:
            return {"id": name, "problem": str(problem)}
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {
            "id": name,
            "path": path.relative_to(config.data_dir()).as_posix(),
            "sha256": digest,
            "bytes": path.stat().st_size,
            "content_type": KINDS[path.suffix[1:]],
        }

    def _there(self, name: str) -> Path | None:
        found = [self.folder / f"{name}.{ending}" for ending in KINDS]
        return next((path for path in found if path.exists()), None)

    def _fetch(self, name: str, url: Any) -> Path:
        if not isinstance(url, str) or not url:
            raise NotKept("no address was given")
        if not self._is_ours(url):
            raise NotKept("an address elsewhere, which was refused")
        if self.is_cut_off:
            raise NotKept("its host could not be reached")
        try:
            with self.session.get(url, stream=True, allow_redirects=False) as response:
                return self._store(name, response)
        except (requests.ConnectionError, requests.Timeout):
            self.is_cut_off = True  # the others would only wait as long
            raise NotKept("its host could not be reached") from None
        except requests.RequestException:
            raise NotKept("it broke off") from None

    def _is_ours(self, url: str) -> bool:
        if config.mode() == "sandbox":
            return config.is_loopback(url)
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme == "https" and any(
            host == known or host.endswith(f".{known}") for known in self.hosts
        )

    def _store(self, name: str, response: requests.Response) -> Path:
        if response.status_code != 200:
            raise NotKept(f"the answer {response.status_code}")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in ENDINGS:
            raise NotKept("a file of another kind")
        path = self.folder / f"{name}.{ENDINGS[kind]}"
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            size = 0
            with beside.open("wb") as file:
                for chunk in response.iter_content(CHUNK_BYTES):
                    size += len(chunk)
                    if size > LARGEST_BYTES:
                        raise NotKept(f"larger than {LARGEST_BYTES // 1_000_000} MB")
                    file.write(chunk)
            if size == 0:
                raise NotKept("an empty file")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        return path
