"""The folder or object store behind `GWR_LAKE_URL`: how it is opened, and what it says where it fails."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.settings import Settings

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES = ("file", "s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss")
MOST_OF_AN_ERROR = 300
MOST_RETRIES = 10


class LakeUrlError(RuntimeError):
    """The lake at the URL can't be reached, read or written. The message holds no secret."""


class LakeUrlMissingError(LakeUrlError):
    """There is no such object."""


class LakeUrlTakenError(LakeUrlError):
    """There is an object of that name already."""


def lake_url(url: str) -> str:
    """A URL in the form in which it is compared and shown; a path becomes a `file:` URL.

    Raises:
        LakeUrlError: it is none that a lake can lie at, or carries a password.
    """
    if "://" not in url:
        return Path(url).resolve().as_uri()
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise LakeUrlError(f"GWR_LAKE_URL is no URL ({error})") from None
    if parts.password is not None or parts.query or parts.fragment:
        raise LakeUrlError(
            "GWR_LAKE_URL holds a password or a query. Give scheme, bucket and folder only;"
            " credentials belong into the variables of the store (AWS_..., GOOGLE_..., AZURE_...)"
        )
    if parts.scheme not in SCHEMES:
        raise LakeUrlError(
            f"GWR_LAKE_URL: no lake can lie at {parts.scheme}://; choose one of {', '.join(SCHEMES)}"
        )
    if not (parts.path.strip("/") or parts.netloc):
        raise LakeUrlError(f"GWR_LAKE_URL: {parts.scheme}:// names no place; add a bucket or a folder")
    return url.rstrip("/")


def open_store(url: str) -> ObjectStore:
    """The store at a URL of `lake_url`. Credentials come from the variables that the store has for them.

    Raises:
        LakeUrlError: the extra `store` is not installed, or a variable of the store is wrong.
    """
    try:
        store = importlib.import_module("obstore.store")
    except ImportError as error:
        raise LakeUrlError(
            "GWR_LAKE_URL needs the extra store. Install it: pip install 'gov-work-reports[store]', or from"
            " a checkout make store"
        ) from error
    with told(url):
        if url.startswith("file:"):
            opened: ObjectStore = store.from_url(url, mkdir=True)
            return opened
        seconds = Settings().lake_url_seconds
        # Options of its client are left to its variables: any that are given here hide all of those.
        retries = {"max_retries": MOST_RETRIES, "retry_timeout": timedelta(seconds=seconds)}
        opened = store.from_url(url, retry_config=retries)
        return opened


@contextmanager
def told(url: str) -> Iterator[None]:
    """Say what a store complains of in one line, without what may be a signature or a key.

    Raises:
        LakeUrlMissingError: there is no such object.
        LakeUrlTakenError: there is one already.
        LakeUrlError: anything else that the store said.
    """
    from obstore import exceptions  # noqa: PLC0415 - an optional extra

    failure: LakeUrlError
    try:
        yield
    except (exceptions.AlreadyExistsError, exceptions.PreconditionError) as error:
        failure = LakeUrlTakenError(_line(url, error))
    except exceptions.BaseError as error:
        failure = LakeUrlError(_line(url, error))
    except OSError as error:
        if error.errno is not None:
            # Of a file of this machine: what a store says has no number.
            raise
        is_missing = isinstance(error, FileNotFoundError)
        failure = (LakeUrlMissingError if is_missing else LakeUrlError)(_line(url, error))
    else:
        return
    # A chained error would carry the store's whole message into logs.
    raise failure from None


def _line(url: str, error: Exception) -> str:
    plain = re.sub(r"<[^>]*>", " ", str(error).split("Debug source:", 1)[0])
    said = re.sub(r"\?\S+", "?...", " ".join(plain.split()))
    shown = said if len(said) <= MOST_OF_AN_ERROR else f"{said[:MOST_OF_AN_ERROR]}..."
    return f"{url}: {shown}"
