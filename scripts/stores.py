"""Where exported files go: the folder `data/exports/`, or the bucket that `BASIN_BUCKET` names.

file on this machine -> put (replaces) or keep (never replaces) -> <folder>/<file> of the store

Both stores have the same names in them. A file is there whole or not at all: the folder renames,
S3 shows an object when its last byte has arrived, and what arrived is compared with what was sent.
Whatever goes wrong with a bucket becomes one sentence, ExportRefused. It deliberately deletes
nothing and knows neither models nor manifests: that is `scripts/export.py`.
"""

import base64
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3.s3.transfer
import botocore.config
import botocore.exceptions as errors

from extract import config

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


class ExportRefused(config.ConfigError):
    """The exports were not written, or not all of them; the message says why and what to do.

    No manifest counts a file that is not there, so `basin export` may simply be run again.
    """


class Store(Protocol):
    """A place for exported files; names are `<folder>/<file>`."""

    def read(self, name: str) -> bytes | None:
        """What the file holds; None only when it is certain that there is none."""

    def put(self, file: Path, name: str) -> None:
        """Store a copy of `file` as `name`, whatever was there."""

    def keep(self, file: Path, name: str) -> None:
        """Store a copy of `file` as `name` unless there is one."""


def chosen() -> Store:
    """The bucket when the environment names one, else the local folder.

    Raises ExportRefused for a bucket that is not set up, or off this machine in sandbox mode.
    """
    return bucket() or Folder(config.data_dir() / "exports")


def bucket() -> Store | None:
    """The bucket that the environment names; None when it names none.

    Raises ExportRefused for one that is not set up, or off this machine in sandbox mode.
    """
    name = os.environ.get("BASIN_BUCKET")
    return Bucket(name) if name else None


def sha256(file: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class Folder:
    """A folder on this machine."""

    def __init__(self, root: Path) -> None:
        """`root` is made when the first file comes."""
        self.root = root

    def read(self, name: str) -> bytes | None:
        """See Store."""
        path = self.root / name
        return path.read_bytes() if path.exists() else None

    def put(self, file: Path, name: str) -> None:
        """Copy beside the place, then rename: `root` may lie on another disk than `file`."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.next")
        shutil.copyfile(file, beside)
        os.replace(beside, path)

    def keep(self, file: Path, name: str) -> None:
        """See Store."""
        if not (self.root / name).exists():
            self.put(file, name)


class Bucket:
    """A bucket of Amazon S3, or of the S3-compatible store at `S3_ENDPOINT_URL`."""

    def __init__(self, name: str) -> None:
        """Asks the store nothing yet."""
        endpoint = os.environ.get("S3_ENDPOINT_URL") or None
        self.name = name
        self.host = urlsplit(endpoint).netloc.rpartition("@")[2] if endpoint else "Amazon S3"
        settings: dict[str, Any] = {
            "connect_timeout": 10,
            "read_timeout": 60,
            "retries": {"mode": "standard"},
        }
        keys: dict[str, str] = {}
        if config.mode() == "sandbox":
            keys = self.sandbox_keys(endpoint)
            settings |= {"proxies": {}, "s3": {"addressing_style": "path"}}
        with self.explained():
            session = boto3.session.Session()
            self.client, self.careful = (
                session.client(
                    "s3", endpoint_url=endpoint, config=botocore.config.Config(**settings), **keys
                )
                for _ in range(2)
            )
        # boto3's transfers take no IfNoneMatch, so it is added to the request that ends each.
        for request in ("PutObject", "CompleteMultipartUpload"):
            self.careful.meta.events.register(
                f"provide-client-params.s3.{request}",
                lambda params, **_: params | {"IfNoneMatch": "*"},
            )

    def sandbox_keys(self, endpoint: str | None) -> dict[str, str]:
        """The keys for a store on this machine.

        They are handed over because boto3 would otherwise look for others off this machine (the
        address where a cloud's machines get theirs, single sign-on).
        """
        if endpoint is None or not config.is_loopback(endpoint):
            raise ExportRefused(
                f"sandbox mode sends nothing off this machine, and bucket {self.name} at "
                f"{self.host} is not on it: set BASIN_BUCKET to nothing, or S3_ENDPOINT_URL to a "
                "store on this machine"
            )
        found = {name.lower(): os.environ.get(name) or "" for name in KEYS}
        if not all(found.values()):
            raise ExportRefused(f"no keys for bucket {self.name}: set {' and '.join(KEYS)}")
        return found

    def read(self, name: str) -> bytes | None:
        """See Store.

        Only S3's own NoSuchKey is a file that is not there: any other 404 is a wrong address.
        """
        with self.explained():
            try:
                body: bytes = self.client.get_object(Bucket=self.name, Key=name)["Body"].read()
            except self.client.exceptions.NoSuchKey:
                return None
            return body

    def put(self, file: Path, name: str) -> None:
        """See Store."""
        with self.explained():
            self.upload(self.client, file, name)

    def keep(self, file: Path, name: str) -> None:
        """Look first, which spares the upload; what comes in between is not replaced either."""
        with self.explained():
            if self.head(name) is not None:
                return
            try:
                self.upload(self.careful, file, name)
            except errors.ClientError as error:
                if error.response["Error"]["Code"] != "PreconditionFailed":
                    raise

    def upload(self, client: Any, file: Path, name: str) -> None:
        """Send the file, in parts when it is large, and compare what arrived.

        The store checks the SHA-256 of each request; size and SHA-256 of the whole are compared
        here (the latter where the store says it, which S3 does for files of one part).
        """
        digest = sha256(file)
        with file.open("rb") as opened:
            client.upload_fileobj(
                opened,
                self.name,
                name,
                ExtraArgs={"ChecksumAlgorithm": "SHA256", "Metadata": {"sha256": digest}},
                Config=boto3.s3.transfer.TransferConfig(use_threads=False),
            )
        arrived = self.head(name) or {}
        whole = base64.b64encode(bytes.fromhex(digest)).decode()
        checksum = arrived.get("ChecksumSHA256", whole)
        if (
            arrived.get("ContentLength") != file.stat().st_size
            or arrived["Metadata"].get("sha256") != digest
            or ("-" not in checksum and checksum != whole)
        ):
            raise ExportRefused(
                f"{name} in bucket {self.name} is not what was sent: make sure that nothing else "
                "writes there, then run `basin export`"
            )

    def head(self, name: str) -> dict[str, Any] | None:
        """What the store says about an object; None when there is none."""
        try:
            found: dict[str, Any] = self.client.head_object(
                Bucket=self.name, Key=name, ChecksumMode="ENABLED"
            )
        except errors.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        return found

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what boto3 raises into one sentence."""
        try:
            yield
        except (errors.BotoCoreError, errors.ClientError, ValueError) as error:
            raise ExportRefused(self.sentence(error)) from None

    def sentence(self, error: Exception) -> str:
        """What happened and what to do; of what the store said only its code, never a key."""
        if isinstance(error, errors.ClientError):
            code = error.response["Error"]["Code"]
            if code == "NoSuchBucket":
                return (
                    f"there is no bucket {self.name} at {self.host}: create it, or correct "
                    "BASIN_BUCKET or S3_ENDPOINT_URL"
                )
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (401, 403):
                return (
                    f"{self.host} refuses access to bucket {self.name} ({code}): correct "
                    f"{' and '.join(KEYS)}, or allow them s3:ListBucket, s3:GetObject and "
                    "s3:PutObject there"
                )
            return (
                f"{self.host} answered {code} for bucket {self.name}: run `basin export` again, "
                "and if it stays so, correct S3_ENDPOINT_URL or AWS_DEFAULT_REGION"
            )
        if isinstance(error, errors.NoCredentialsError | errors.PartialCredentialsError):
            return f"no keys for bucket {self.name}: set {' and '.join(KEYS)} in .env"
        if isinstance(error, errors.ConnectionError | errors.HTTPClientError):
            return (
                f"no answer from {self.host} ({type(error).__name__}): check the network and "
                "S3_ENDPOINT_URL, then run `basin export`"
            )
        if isinstance(error, errors.ParamValidationError):
            return (
                f"BASIN_BUCKET is {self.name!r}: set it to a bucket's name alone, without s3:// "
                "or a folder"
            )
        return (
            f"bucket {self.name} cannot be used ({type(error).__name__}): check BASIN_BUCKET, "
            "S3_ENDPOINT_URL (such as https://s3.example.org) and the AWS settings"
        )
