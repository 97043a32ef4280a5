"""`basin doctor`: asks every source one cheap question and says in one line what is wrong.

System.probe -> one GET, no second attempt -> its status and form -> a sentence and an exit code

A source whose key can be good today and fail tomorrow (one that expires, an OAuth grant) may have a
function `check(api) -> str | None` in its file: the sentence that it gives is said instead of
"fine". Neither a key nor anything of an answer's body is ever printed, and nothing is written.
"""

import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from string import Formatter
from urllib.parse import urlsplit

import requests
from rich.console import Console

from extract import config
from extract.api import Api, SourceError, connect
from extract.exact_json import read_json
from extract.worker import describe

OK, TO_SET, NOT_FINE = 0, 2, 3
WIDTH = 18
Check = Callable[[Api], str | None]


@dataclass(frozen=True)
class Finding:
    """What is to be said about one source, and whether it has a key."""

    source: str
    sentence: str
    code: int = OK
    is_connected: bool = True


def show(console: Console) -> int:
    """Print a line for every source; the exit code.

    0 all connected sources are fine, 2 something has to be set first, 3 a source is not fine.
    """
    config.mode()  # an empty folder gets its mode before many ask for it at once
    names = config.sources()
    with console.status(f"asking {', '.join(names)}"), ThreadPoolExecutor(len(names)) as pool:
        findings = list(pool.map(examine, names))
    for finding in findings:
        colour = "green" if finding.code == OK else "red"
        console.print(
            f"{finding.source:<{WIDTH}}{finding.sentence}",
            style=colour if finding.is_connected else "yellow",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if not any(one.is_connected and config.system(one.source) for one in findings):
        return TO_SET
    return max(finding.code for finding in findings)


def examine(source: str) -> Finding:
    """One source; never raises for what a person or the vendor can mend."""
    system = config.system(source)
    if system is None:
        return Finding(source, "fine: it lies on this machine and needs no key")
    if not config.is_connected(source):
        return Finding(source, f"not connected: {where_to_get(system)}", is_connected=False)
    try:
        api = connect(source, attempts=1)
        sentence = diagnose(source, system, api)
    except config.ConfigError as error:
        return Finding(source, f"not to be asked: {error}", TO_SET)
    except SourceError as error:
        sentence = str(error)
    except requests.RequestException as error:
        sentence = (
            f"unreachable: no answer from {urlsplit(config.base_url(source)).hostname} "
            f"({type(error).__name__}), check the network{variables(source, system, ' and ')}"
        )
    except Exception as error:  # whatever it is, its message may quote a key
        sentence = describe(source, error)
    return Finding(source, sentence or "fine", NOT_FINE if sentence else OK)


def diagnose(source: str, system: config.System, api: Api) -> str | None:
    """What the answer to the probe says of key and address; None when all is well."""
    response = api.get(system.probe, allow_redirects=False)
    status, host = response.status_code, urlsplit(api.base_url).hostname
    if status == 401:
        return f"refused (401): the key is wrong or has expired, {where_to_get(system)}"
    if status == 403:
        return (
            f"missing permission (403): let the key read {urlsplit(system.probe).path}, or "
            f"{where_to_get(system)}"
        )
    if status == 429:
        return "limit reached (429): the vendor wants to be asked less, try again later"
    if status >= 500:
        return f"unreachable: {host} answers {status}, try again later"
    if status in (404, 405, 410) or 300 <= status < 400 or not is_json(response):
        form = "no JSON" if status == 200 else str(status)
        return (
            f"a wrong address: {host} answers {form} where the API should be"
            f"{variables(source, system, ', check ')}"
        )
    sentence = own_check(source, api)
    if status >= 400 and not sentence:
        return f"refused ({status}): {where_to_get(system)}, or see what the vendor changed"
    return sentence


def own_check(source: str, api: Api) -> str | None:
    """What the source's own `check` says, if it has one."""
    check: Check | None = getattr(
        importlib.import_module(f"extract.sources.{source}"), "check", None
    )
    return check(api) if check else None


def where_to_get(system: config.System) -> str:
    """What to do for a good key."""
    return f"set {system.key_variable} in .env, from {system.key_from}"


def variables(source: str, system: config.System, before: str) -> str:
    """The variables that the address is made of."""
    names = [name for _, name, _, _ in Formatter().parse(system.base_url) if name]
    return f"{before}{' and '.join([*names, f'{source.upper()}_BASE_URL'])}"


def is_json(response: requests.Response) -> bool:
    """Whether an answer is what an API sends."""
    try:
        read_json(response.content)
    except ValueError:
        return False
    return True
