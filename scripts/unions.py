"""Writes the lists of adapters and flags into the union models, between two marks, and checks
them.

    -- unions: int_event__*      …      -- unions: end
    -- unions: meta of flag_*    …      -- unions: end

dbt cannot make references in a loop over the project, so the list stands in the file; nobody edits
it. The second form lists what each rule says of itself. Run by `make unions`; `--check`, run by
`make check`, says which file is not current and changes nothing.
"""

import ast
import re
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

MODELS = Path(__file__).parents[1] / "dbt_project" / "models"
MARKED = re.compile(
    r"-- unions: (?P<meta>meta of )?(?P<pattern>\S+)\n.*?-- unions: end\n", re.DOTALL
)

CONFIG = re.compile(r"config\(\s*meta\s*=\s*(?P<meta>\{.*?\})", re.DOTALL)
FLAG_META = ("sentence", "owner", "priority", "lifetime_days")
FLAG_DEFAULTS = {
    "category": "other",
    "considers": "every customer",
    "cool_down_days": 0,
    "persistent": False,
    "children": "self",
    "destinations": [],
    "same_as": [],
    "overlaps_with": [],
}


def members(pattern: str, models: Path) -> list[str]:
    """The models whose names fit the pattern, sorted, without the union itself.

    A flag is what lies in a folder `flags`; other models may have such a name.
    """
    folders = [models]
    if pattern.startswith("flag_"):
        folders = [path for path in models.rglob("flags") if path.is_dir()]
    names = {
        path.stem
        for folder in folders
        for ending in ("*.sql", "*.py")
        for path in folder.rglob(ending)
    }
    return sorted(n for n in names if fnmatch(n, pattern) and not n.endswith("__unioned"))


def flag_meta(name: str, models: Path) -> dict[str, Any]:
    """What a flag's own file says of it in `config(meta={…})`, with defaults for the rest.

    Raises ValueError when it does not say its sentence, owner, priority and lifetime, or says
    what is not known.
    """
    (path,) = models.rglob(f"flags/{name}.sql")
    found = CONFIG.search(path.read_text())
    meta: dict[str, Any] = ast.literal_eval(found["meta"]) if found else {}
    missing = [key for key in FLAG_META if not meta.get(key)]
    if missing:
        raise ValueError(f"{path.name}: its config(meta={{…}}) must say {', '.join(missing)}")
    unknown = sorted(meta.keys() - {*FLAG_META, *FLAG_DEFAULTS, "flag_type"})
    if unknown:
        raise ValueError(f"{path.name}: nothing is known of {', '.join(unknown)} in its meta")
    return {"flag_type": name.removeprefix("flag_")} | FLAG_DEFAULTS | meta


def selection(name: str, models: Path) -> str:
    """One member of a union; a flag brings its type with it."""
    if not name.startswith("flag_"):
        return f"    select * from {{{{ ref('{name}') }}}}\n"
    return (
        "    select\n"
        f"        '{flag_meta(name, models)['flag_type']}' as flag_type,\n"
        "        rule.*\n"
        f"    from {{{{ ref('{name}') }}}} as rule\n"
    )


def description(name: str, models: Path) -> str:
    """One flag's meta as a row; lists are joined by `|`."""
    columns = [
        f"        {literal(value)}{' ' if len(literal(value)) < 60 else chr(10) + ' ' * 12}as {key}"
        for key, value in sorted(flag_meta(name, models).items())
    ]
    return "    select\n" + ",\n".join(columns) + "\n"


def literal(value: Any) -> str:
    """A value of a flag's meta in SQL."""
    if isinstance(value, bool | int):
        return str(value).lower()
    text = "|".join(value) if isinstance(value, list) else value
    return "'" + text.replace("'", "''") + "'"


def current(text: str, models: Path) -> str:
    """The text of a model with its list brought up to date; unchanged when it has no marks."""

    def written(match: re.Match[str]) -> str:
        pattern, mark = match["pattern"], match["meta"] or ""
        written_as = description if mark else selection
        body = "    union all by name\n".join(
            written_as(name, models) for name in members(pattern, models)
        )
        comma = "," if pattern.startswith("flag_") and not mark else ""
        return f"-- unions: {mark}{pattern}\nunioned as (\n{body}){comma}\n-- unions: end\n"

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
