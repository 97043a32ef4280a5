"""Writes the lists of adapters and flags into the union models, between two marks, and checks
them.

    -- unions: int_event__*      …      -- unions: end

dbt cannot make references in a loop over the project, so the list stands in the file; nobody edits
it. Run by `make unions`; `--check`, run by `make check`, says which file is not current and changes
nothing.
"""

import ast
import re
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

MODELS = Path(__file__).parents[1] / "dbt_project" / "models"
MARKED = re.compile(r"-- unions: (?P<pattern>\S+)\n.*?-- unions: end\n", re.DOTALL)

CONFIG = re.compile(r"config\(\s*meta\s*=\s*(?P<meta>\{.*?\})", re.DOTALL)
FLAG_META = ("sentence", "owner", "priority", "lifetime_days")


def members(pattern: str, models: Path) -> list[str]:
    """The models whose names fit the pattern, sorted, without the union itself."""
    names = {path.stem for ending in ("*.sql", "*.py") for path in models.rglob(ending)}
    return sorted(n for n in names if fnmatch(n, pattern) and not n.endswith("__unioned"))


def flag_meta(name: str, models: Path) -> dict[str, Any]:
    """What a flag's own file says of it in `config(meta={…})`.

    Raises ValueError when it does not say its sentence, owner, priority and lifetime.
    """
    (path,) = models.rglob(f"{name}.sql")
    found = CONFIG.search(path.read_text())
    meta: dict[str, Any] = ast.literal_eval(found["meta"]) if found else {}
    missing = [key for key in FLAG_META if not meta.get(key)]
    if missing:
        raise ValueError(f"{path.name}: its config(meta={{…}}) must say {', '.join(missing)}")
    return meta


def selection(name: str, models: Path) -> str:
    """One member of a union; a flag brings its type and priority with it."""
    if not name.startswith("flag_"):
        return f"    select * from {{{{ ref('{name}') }}}}\n"
    return (
        "    select\n"
        f"        '{name.removeprefix('flag_')}' as flag_type,\n"
        f"        '{flag_meta(name, models)['priority']}' as priority,\n"
        f"        {name}.*\n"
        f"    from {{{{ ref('{name}') }}}} as {name}\n"
    )


def current(text: str, models: Path) -> str:
    """The text of a model with its list brought up to date; unchanged when it has no marks."""

    def written(match: re.Match[str]) -> str:
        pattern = match["pattern"]
        body = "    union all by name\n".join(
            selection(name, models) for name in members(pattern, models)
        )
        comma = "," if pattern.startswith("flag_") else ""
        return f"-- unions: {pattern}\nunioned as (\n{body}){comma}\n-- unions: end\n"

    return MARKED.sub(written, text)


def outdated(models: Path = MODELS) -> dict[Path, str]:
    """The files whose list is not current, with the text that they should have."""
    found = {}
    for path in sorted(models.rglob("*.sql")):
        text = path.read_text()
        if (wanted := current(text, models)) != text:
            found[path] = wanted
    return found


def main(arguments: list[str]) -> int:
    """Write the lists, or with `--check` only say which are not current; the exit code."""
    found = outdated()
    for path, text in found.items():
        if "--check" in arguments:
            print(f"{path.name}: its union list is not current, run `make unions`")
        else:
            path.write_text(text)
            print(f"{path.name}: written")
    return int(bool(found) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
