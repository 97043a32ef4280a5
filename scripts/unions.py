"""Writes the lists of adapters and flags into the union models, between two marks, and checks
them.

    -- unions: int_event__*      …      -- unions: end

dbt cannot make references in a loop over the project, so the list stands in the file; nobody edits
it. Run by `make unions`; `--check`, run by `make check`, says which file is not current and changes
nothing.
"""

import re
import sys
from fnmatch import fnmatch
from pathlib import Path

import yaml

MODELS = Path(__file__).parents[1] / "dbt_project" / "models"
MARKED = re.compile(r"-- unions: (?P<pattern>\S+)\n.*?-- unions: end\n", re.DOTALL)


def members(pattern: str, models: Path) -> list[str]:
    """The models whose names fit the pattern, sorted, without the union itself."""
    names = {path.stem for ending in ("*.sql", "*.py") for path in models.rglob(ending)}
    return sorted(n for n in names if fnmatch(n, pattern) and not n.endswith("__unioned"))


def flag_meta(models: Path) -> dict[str, dict[str, str]]:
    """The `meta` of every flag model by its name."""
    found = {}
    for path in sorted((models / "marts" / "flags").glob("_*__models.yml")):
        for model in (yaml.safe_load(path.read_text()) or {}).get("models", []):
            found[model["name"]] = model.get("config", {}).get("meta", {})
    return found


def selection(name: str, flags: dict[str, dict[str, str]]) -> str:
    """One member of a union; a flag brings its type and priority from its yml.

    Raises ValueError when a flag's yml says no priority.
    """
    if not name.startswith("flag_"):
        return f"    select * from {{{{ ref('{name}') }}}}\n"
    if "priority" not in flags.get(name, {}):
        raise ValueError(f"{name}: its yml entry must say meta.priority (high, medium or low)")
    return (
        "    select\n"
        f"        '{name.removeprefix('flag_')}' as flag_type,\n"
        f"        '{flags[name]['priority']}' as priority,\n"
        f"        {name}.*\n"
        f"    from {{{{ ref('{name}') }}}} as {name}\n"
    )


def current(text: str, models: Path) -> str:
    """The text of a model with its list brought up to date; unchanged when it has no marks."""

    def written(match: re.Match[str]) -> str:
        pattern = match["pattern"]
        flags = flag_meta(models)
        body = "    union all by name\n".join(
            selection(name, flags) for name in members(pattern, models)
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
