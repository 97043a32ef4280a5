"""What must agree between files that different people change, read from the files alone.

Every test compares two places that say the same thing (a model and its yml, a make target and the
README); one that fails names what is missing. Whether the data are right is left to dbt.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from scripts import unions

PROJECT = Path(__file__).parents[1]
MODELS = PROJECT / "dbt_project" / "models"
STAGING = MODELS / "staging"
MACROS = PROJECT / "macros"


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text()) or {}


def model_files() -> list[Path]:
    return sorted([*MODELS.rglob("*.sql"), *MODELS.rglob("*.py")])


def declared_models() -> dict[str, dict[str, Any]]:
    """Every model entry by name, from all `_*__models.yml`."""
    entries = [m for path in MODELS.rglob("_*__models.yml") for m in read(path)["models"]]
    return {entry["name"]: entry for entry in entries}


def declared_tables() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every source table with its full name."""
    for path in sorted(MODELS.rglob("_*__sources.yml")):
        for source in read(path)["sources"]:
            for table in source["tables"]:
                yield f"{source['name']}.{table['name']}", table


def described_columns() -> Iterator[tuple[str, str, str]]:
    """Relation, column and description of everything declared: sources, seeds, models."""
    seeds = [(seed["name"], seed) for seed in read(PROJECT / "seeds" / "_seeds.yml")["seeds"]]
    for relation, entry in [*declared_tables(), *seeds, *declared_models().items()]:
        for column in entry.get("columns", []):
            yield relation, column["name"], column.get("description", "").strip()


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower())) - {"a", "an", "the", "of", "is", "has"}


def without_comments(text: str) -> str:
    """SQL without `--` comments and `{# #}`."""
    return re.sub(r"--[^\n]*|\{#.*?#\}", "", text, flags=re.DOTALL)


def test_every_source_file_has_its_yml_and_the_reverse() -> None:
    files = {path.stem for path in (PROJECT / "extract" / "sources").glob("*.py")} - {"__init__"}
    declared = {path.parent.name for path in STAGING.glob("*/_*__sources.yml")}
    names = {path.name for path in STAGING.glob("*/_*__sources.yml")}
    assert files == declared
    assert names == {f"_{source}__sources.yml" for source in files}


def test_every_declared_column_has_a_type_and_a_description() -> None:
    untyped = [
        f"{table}.{column['name']}"
        for table, entry in declared_tables()
        for column in entry["columns"]
        if not column.get("data_type")
    ]
    undescribed = [f"{relation}.{name}" for relation, name, text in described_columns() if not text]
    assert untyped == []
    assert undescribed == []


def test_every_model_is_described_in_the_yml_of_its_folder() -> None:
    for folder in sorted({path.parent for path in model_files()}):
        yml = folder / f"_{folder.name}__models.yml"
        entries = {entry["name"]: entry for entry in read(yml)["models"]}
        # A flag is one file: its own config says what it is, the union describes its columns.
        files = {p.stem for p in model_files() if p.parent == folder}
        assert set(entries) == files - set(unions.members("flag_*", MODELS)), yml.name
        assert [n for n, e in entries.items() if not e.get("description")] == [], yml.name
        assert [n for n, e in entries.items() if not e.get("columns")] == [], yml.name


def test_every_model_says_its_grain_first() -> None:
    first_lines = {path: path.read_text().split("\n", 1)[0] for path in model_files()}
    beginnings = {".sql": "-- Grain: ", ".py": '"""Grain: '}
    assert [
        p.name for p, line in first_lines.items() if not line.startswith(beginnings[p.suffix])
    ] == []


def test_every_model_has_a_key_that_is_unique_and_never_null() -> None:
    def key(entry: dict[str, Any]) -> list[str]:
        tests = {name: test[name] for test in entry.get("data_tests", []) for name in test}
        return list(tests.get("keyed", {}).get("arguments", {}).get("by", []))

    assert [
        name
        for name, entry in declared_models().items()
        if not key(entry) or not set(key(entry)) <= {one["name"] for one in entry["columns"]}
    ] == []


def test_only_staging_models_read_sources() -> None:
    readers = [path for path in model_files() if re.search(r"\bsource\(", path.read_text())]
    assert [path.name for path in readers if STAGING not in path.parents] == []


def test_every_union_list_is_current() -> None:
    assert unions.outdated() == {}, "run `make unions`"


def test_every_flag_has_an_owner_a_lifetime_and_a_priority() -> None:
    flags = unions.members("flag_*", MODELS)
    assert flags != []
    for flag in flags:
        meta = unions.flag_meta(flag, MODELS)
        assert meta["sentence"].endswith("."), flag
        assert meta["lifetime_days"] > 0, flag
        assert meta["cool_down_days"] >= 0, flag
        assert meta["priority"] in ("high", "medium", "low"), flag
        assert meta["children"] in ("guardian", "self", "never"), flag
        assert set(meta["destinations"]) <= {"shopify", "klaviyo"}, flag


def test_no_two_flags_have_the_same_conditions_unawares() -> None:
    """One rule that only reads another, or repeats it word for word, says so in `same_as`."""
    written = defaultdict(set)
    read = {}
    types = {}
    for flag in unions.members("flag_*", MODELS):
        types[flag] = unions.flag_meta(flag, MODELS)["flag_type"]
        text = (MODELS / "marts" / "flags" / f"{flag}.sql").read_text()
        sql = re.sub(r"\{\{\s*config\(.*?\)\s*\}\}", "", text, count=1, flags=re.DOTALL)
        written[" ".join(without_comments(sql).lower().split())].add(flag)
        read[flag] = set(re.findall(r"ref\('(flag_\w+)'\)", sql))
    pairs = {tuple(sorted((one, other))) for one, others in read.items() for other in others}
    pairs |= {pair for flags in written.values() for pair in combinations(sorted(flags), 2)}
    declared = {
        tuple(sorted((flag, other)))
        for flag in types
        for other in types
        if types[other] in unions.flag_meta(flag, MODELS)["same_as"]
    }
    assert pairs == declared


def test_every_macro_is_documented_and_stands_in_a_file_of_its_name() -> None:
    opening = r"\{%-?\s*(?:macro|test|materialization)\s+(\w+)"
    defined = {path.stem: re.findall(opening, path.read_text()) for path in MACROS.glob("*.sql")}
    prefixes = r"^test_|^materialization_|_duckdb$"
    assert defined == {stem: [re.sub(prefixes, "", stem)] for stem in defined}
    documented = {entry["name"]: entry for entry in read(MACROS / "_macros.yml")["macros"]}
    assert set(documented) == set(defined)
    for name, entry in documented.items():
        signature = re.search(
            r"(?:macro|test)\s+\w+\(([^)]*)\)|materialization()",
            (MACROS / f"{name}.sql").read_text(),
        )
        assert signature is not None, name
        written = [
            part.split("=")[0].strip() for part in (signature[1] or "").split(",") if part.strip()
        ]
        assert [argument["name"] for argument in entry["arguments"]] == written, name
        assert all(text.get("description") for text in [entry, *entry["arguments"]]), name


def test_no_model_or_macro_asks_the_clock() -> None:
    clock = re.compile(
        r"\b(current_date|current_time|current_timestamp|localtimestamp|today\(|now\(|get_current)"
        r"|run_started_at|modules\.datetime"
    )
    asking = [
        path.name
        for path in [*model_files(), *MACROS.glob("*.sql")]
        if clock.search(without_comments(path.read_text()).lower())
    ]
    assert asking == []


def test_every_make_target_is_explained_and_stands_in_the_readme() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][a-z-]*):(?!=)(.*)$", makefile, flags=re.MULTILINE)
    readme = (PROJECT / "README.md").read_text()
    assert [name for name, rest in targets if not re.search(r"## \S", rest)] == []
    assert [name for name, _ in targets if f"make {name}" not in readme] == []


def test_no_description_repeats_its_columns_name() -> None:
    assert [
        f"{relation}.{name}: {text}"
        for relation, name, text in described_columns()
        if words(text) <= words(name.replace("_", " "))
    ] == []


def test_no_description_serves_two_different_columns() -> None:
    names = defaultdict(set)
    for _, name, text in described_columns():
        names[" ".join(text.lower().rstrip(".").split())].add(name)
    assert {text: sorted(found) for text, found in names.items() if len(found) > 1} == {}


def test_no_email_outside_example_org_in_seeds_and_tests() -> None:
    address = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
    found = [
        f"{path.relative_to(PROJECT)}: {match[0]}"
        for folder in ("seeds", "tests")
        for path in sorted((PROJECT / folder).rglob("*"))
        if path.suffix in (".csv", ".yml", ".py", ".sql", ".json", ".md", ".txt")
        for match in address.finditer(path.read_text())
        if not re.fullmatch(r"(?:[\w-]+\.)*example\.org", match[1].lower())
    ]
    assert found == []
