"""Where everything lies, which mode a data folder is in, and which key opens which system.

The only module that reads the environment for extraction. Nothing here opens a connection. Secrets
are returned to the caller that needs them and never stored, logged or defaulted; in sandbox mode
the invented town's own keys are used and whatever real keys are set stay untouched.
"""

import importlib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("America/Chicago")
SANDBOX_ACCOUNT = "17841400000000001"
SANDBOX_KEY = os.environ.get("SANDBOX_KEY") or "sandbox-only-not-a-secret"


class ConfigError(Exception):
    """Something a person has to set or correct; the message says what and where."""


@dataclass(frozen=True)
class System:
    """How one source system is reached: live address, variable that holds its key, headers.

    `base_url` may name further variables in braces (`https://{SHOPIFY_STORE_DOMAIN}`), and so may
    `authorization`, which is what stands in `key_header`, with `{key}` where the key goes; what
    follows `Basic ` there is `user:password`, which is encoded as HTTP asks. `headers` are the
    others that every request needs, `account_variable` holds the vendor's number of our own account
    where its paths name it. `key_from` completes the sentence "set … in .env, from …" and `probe`
    is a path below the address whose GET costs little and needs the key: both for `basin doctor`.
    `access_token` fetches a new token that stands in the key's place, where the key itself only
    opens the door to tokens; it is asked once, and again when the vendor calls that token expired.
    Each file in `extract/sources/` declares its own as `SYSTEM`.
    """

    base_url: str
    key_variable: str
    key_from: str
    probe: str
    authorization: str = "Bearer {key}"
    key_header: str = "Authorization"
    headers: Mapping[str, str] = field(default_factory=dict)
    access_token: Callable[[], str] | None = None
    account_variable: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """What must be set for the source to be connected."""
        return (self.key_variable, *([self.account_variable] if self.account_variable else []))


def sources() -> list[str]:
    """Every source there is: the names of the files in `extract/sources/`."""
    folder = Path(__file__).with_name("sources")
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def system(source: str) -> System | None:
    """What the source's own file declares; None for a source on this machine, which needs no key.

    Raises ConfigError for a source that has no file.
    """
    if source not in sources():
        raise ConfigError(f"no source is called {source!r}: there are {', '.join(sources())}")
    declared: System | None = importlib.import_module(f"extract.sources.{source}").SYSTEM
    return declared


def remote(source: str) -> System:
    """The declaration of a source that is reached over HTTP."""
    declared = system(source)
    if declared is None:
        raise ConfigError(f"{source} lies on this machine: it has no address and no key")
    return declared


def data_dir() -> Path:
    """The folder that everything a run writes lies under (`BASIN_DATA`, default `data`)."""
    return Path(os.environ.get("BASIN_DATA") or "data").resolve()


def work_file() -> Path:
    """The working DuckDB file: one writer, read by nobody else.

    A sync, which must not touch it, names its own copy in BASIN_WORK_FILE.
    """
    own = os.environ.get("BASIN_WORK_FILE")
    return Path(own) if own else data_dir() / "work" / "basin.duckdb"


def sync_file() -> Path:
    """A sync's own copy of the published file, with what came since; made anew each time."""
    return data_dir() / "sync" / "basin.duckdb"


def published_file() -> Path:
    """The published DuckDB file: what people, exports and syncs read."""
    return data_dir() / "published" / "basin.duckdb"


def loader_dir() -> Path:
    """Where the loader keeps what it is about to load; emptied before and after every run."""
    return data_dir() / "dlt"


def state_file() -> Path:
    """The SQLite store of what cannot be recomputed."""
    return data_dir() / "state" / "state.sqlite"


def webhook_dir() -> Path:
    """Where what vendors post to us is kept: `<source>/<table>/date=YYYY-MM-DD/*.ndjson`."""
    return data_dir() / "webhooks"


def mode(folder: Path | None = None) -> str:
    """`sandbox` or `live`, recorded in the data folder at birth.

    Raises ConfigError when BASIN_MODE is unknown or contradicts the folder's recorded mode.
    """
    folder = folder or data_dir()
    asked = os.environ.get("BASIN_MODE") or None
    if asked not in (None, "sandbox", "live"):
        raise ConfigError(f"BASIN_MODE is {asked!r}: set it to sandbox or live, or unset it")
    birth = folder / "mode"
    recorded = birth.read_text().strip() if birth.exists() else None
    if recorded is None:
        folder.mkdir(parents=True, exist_ok=True)
        recorded = asked or "sandbox"
        temporary = folder / f"mode.{os.getpid()}"
        temporary.write_text(recorded + "\n")
        temporary.replace(birth)
    if asked is None and recorded == "live":
        raise ConfigError(f"{folder} holds live data: set BASIN_MODE=live to run on it")
    if asked is not None and asked != recorded:
        raise ConfigError(
            f"{folder} was born in {recorded} mode and BASIN_MODE is {asked}: "
            "set BASIN_DATA to another folder"
        )
    return recorded


def base_url(source: str) -> str:
    """The address of a source without trailing slash: `<SOURCE>_BASE_URL`, else the live one.

    Raises ConfigError in sandbox mode for any address that is not on this machine, in live mode
    when a variable that the address is made of is missing.
    """
    url = os.environ.get(f"{source.upper()}_BASE_URL") or live_address(source)
    return allowed(source, url.rstrip("/"))


def allowed(source: str, url: str) -> str:
    """An address that may be called.

    Raises ConfigError in sandbox mode for any that is not on this machine.
    """
    if mode() == "sandbox" and not is_loopback(url):
        raise ConfigError(
            f"{source}: sandbox mode sends nothing off this machine, and {urlsplit(url).hostname} "
            f"is not on it: unset {source.upper()}_BASE_URL and run `make daily`, which starts the "
            "sandbox"
        )
    return url


def live_address(source: str) -> str:
    """The declared address with its variables filled in."""
    return filled(source, remote(source).base_url)


def authorization(source: str, declared: System, key: str) -> str:
    """What opens a source's door, with its key and its variables filled in."""
    return filled(source, declared.authorization, key=key)


def filled(source: str, template: str, **known: str) -> str:
    """A declared text with its variables filled in; in sandbox mode they need not be set.

    Raises ConfigError for one that is not set, or that could lead a key to another host.
    """
    values = dict(known)
    for _, variable, _, _ in Formatter().parse(template):
        if variable and variable not in known:
            value = os.environ.get(variable) or (variable if mode() == "sandbox" else "")
            if not value:
                raise ConfigError(f"no address for {source}: set {variable} in .env")
            if not re.fullmatch(r"[\w.-]+", value, re.ASCII):
                raise ConfigError(f"{variable} must be a name alone, without https:// or slashes")
            values[variable] = value
    return template.format_map(values)


def secret(source: str, variable: str | None = None) -> str:
    """The key of a source, or another `variable` of its; the town's own key in sandbox mode, which
    is a file where a word would not do.

    Raises ConfigError naming the variable when it is not set.
    """
    if mode() == "sandbox":
        given_out = data_dir() / "sandbox" / "keys" / f"{source}.json"
        return given_out.read_text() if given_out.exists() else SANDBOX_KEY
    variable = variable or remote(source).key_variable
    value = os.environ.get(variable)
    if not value:
        raise ConfigError(f"no key for {source}: set {variable} in .env")
    return value


def account(source: str) -> str:
    """The vendor's number of our own account; the town's own in sandbox mode.

    Raises ConfigError naming the variable when it is not set, or is no number.
    """
    if mode() == "sandbox":
        return SANDBOX_ACCOUNT
    variable = remote(source).account_variable
    value = os.environ.get(variable, "").removeprefix("act_")
    if not re.fullmatch(r"\d+", value, re.ASCII):
        raise ConfigError(f"no account for {source}: set {variable} in .env to its number")
    return value


def is_connected(source: str) -> bool:
    """Whether a key for the source is at hand; a source without one is empty data, not an
    error."""
    declared = system(source)
    return (
        declared is None
        or mode() == "sandbox"
        or all(os.environ.get(variable) for variable in declared.variables)
    )


def retry_wait() -> float:
    """Seconds before the first retry of a request, then doubled each time (`BASIN_RETRY_WAIT`)."""
    return float(os.environ.get("BASIN_RETRY_WAIT") or 1)


def pause(calls_a_second: float) -> float:
    """Seconds to leave between calls to a vendor who bears only so many.

    Follows BASIN_RETRY_WAIT; none in the sandbox, which bears them all.
    """
    return retry_wait() / calls_a_second if mode() == "live" else 0.0


def is_loopback(url: str) -> bool:
    """True for http(s) addresses that name this machine itself."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def midnight(day: date) -> datetime:
    """The first instant of a business day, in UTC."""
    return datetime.combine(day, time(), BUSINESS_ZONE).astimezone(UTC)


def today() -> date:
    """The calendar day in the business's own zone; only for a live run without AS_OF."""
    return datetime.now(BUSINESS_ZONE).date()


def business_date() -> date:
    """The as-of date that a worker pulls for: its job's, which it puts into its own AS_OF."""
    return date.fromisoformat(os.environ["AS_OF"])
