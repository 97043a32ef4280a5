"""Publishing replaces the file in one step, whoever has the old one open."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb

from extract import config
from scripts import publish
from tests.behaviour.warehouse import BIN, ROOT, Warehouse, differences


def test_a_left_over_write_ahead_log_does_not_reach_the_new_file(tmp_path: Path) -> None:
    work, published = tmp_path / "work" / "basin.duckdb", tmp_path / "published" / "basin.duckdb"
    work.parent.mkdir()
    with duckdb.connect(str(work)) as connection:
        connection.execute("create table answers as select 1 as answer")
    publish.replace_published(work, published)
    published.chmod(0o644)
    stranger = duckdb.connect(str(published))
    stranger.execute("set checkpoint_threshold = '1TB'")
    stranger.execute("insert into answers values (666)")
    assert published.with_name("basin.duckdb.wal").exists()

    with duckdb.connect(str(work)) as connection:
        connection.execute("update answers set answer = 2")
    publish.replace_published(work, published)
    read = (
        "import duckdb, sys; file = duckdb.connect(sys.argv[1], read_only=True);"
        "print(file.sql('from answers').fetchall())"
    )
    seen = subprocess.run(
        [sys.executable, "-c", read, str(published)], capture_output=True, text=True, check=True
    )
    assert seen.stdout.strip() == "[(2,)]"
    stranger.close()


def test_the_published_file_holds_no_loader_schema_and_is_read_only(
    published_once: Warehouse,
) -> None:
    schemas = {row[0] for row in published_once.query("select schema_name from duckdb_schemas()")}
    assert not any(schema.startswith("dlt_staging") for schema in schemas)
    assert published_once.published.stat().st_mode & 0o777 == 0o444


def test_exports_have_a_manifest_that_fits_them(published_once: Warehouse) -> None:
    exports = published_once.folder / "exports"
    files = {str(path.relative_to(exports)) for path in exports.rglob("*") if path.is_file()}
    for folder, name in (
        ("customers", "customers_master"),
        ("customers", "customer_identifiers"),
        ("customers", "customer_events"),
        ("customers", "customer_flags"),
        ("capitan", "memberships"),
        ("capitan", "checkins"),
    ):
        manifest = json.loads((exports / folder / "_manifest.json").read_text())
        assert manifest["as_of"] == "2026-01-31"
        for ending in ("csv", "parquet"):
            assert f"{folder}/{name}.{ending}" in files
            assert f"{folder}/monthly_snapshots/2026-01-01_{name}.{ending}" in files
            entry = manifest["files"][f"{name}.{ending}"]
            read = duckdb.sql(f"from '{exports / folder / name}.{ending}'")
            assert (read.columns, len(read)) == (entry["columns"], entry["rows"])


def test_a_second_run_says_who_holds_the_lock(published: Warehouse) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import scripts.daily as day, time\n"
            "with day.lock():\n print('held', flush=True)\n time.sleep(60)",
        ],
        cwd=ROOT,
        env=published.environment(),
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    said = published.daily(2)
    assert f"process {holder.pid}" in said
    holder.kill()
    holder.wait()


def test_a_smaller_file_is_not_exported_and_a_reader_keeps_the_file_that_it_opened(
    published: Warehouse,
) -> None:
    path = published.folder / "exports" / "capitan" / "_manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["checkins.csv"]["rows"] *= 2
    path.write_text(json.dumps(manifest))
    assert published.basin("sandbox", "advance", "1").returncode == 0
    with duckdb.connect(str(published.published), read_only=True) as reader:
        before = reader.execute("select count(*) from marts.fct_events").fetchone()
        said = published.daily(2)
        assert reader.execute("select count(*) from marts.fct_events").fetchone() == before
    assert "published, but not exported: capitan/checkins would fall from" in said
    (now,) = published.query("select count(*) from marts.fct_events")[0]
    assert before is not None and now > before[0]
    assert published.basin("export").returncode == 2
    assert published.basin("export", "--accept-smaller").returncode == 0


def test_a_folder_born_in_sandbox_mode_refuses_a_live_run(published: Warehouse) -> None:
    said = published.daily(2, BASIN_MODE="live")
    assert "was born in sandbox mode" in said


def test_sandbox_mode_calls_no_address_off_this_machine(published: Warehouse) -> None:
    done = published.basin(
        "extract",
        "capitan",
        "stripe",
        CAPITAN_BASE_URL="https://capitan.example.org",
        STRIPE_BASE_URL="http://192.0.2.1",
    )
    assert done.returncode == 3
    said = (done.stdout + done.stderr).replace("\n", " ")
    assert said.count("sandbox mode sends nothing off this machine") == 2


def test_analysts_build_and_test_on_an_empty_file_while_a_days_work_runs(
    published: Warehouse,
) -> None:
    day = subprocess.Popen(
        [sys.executable, "-c", "from scripts.cli import main; main()", "daily"],
        cwd=ROOT,
        env=published.environment(),
        stdout=subprocess.DEVNULL,
    )
    for command in ("run", "test"):
        done = subprocess.run(
            [str(BIN / "dbt"), command],
            cwd=ROOT / "dbt_project",
            env=published.environment(
                DBT_TARGET_PATH=str(published.folder / "dbt" / "dev"),
                DBT_LOG_PATH=str(published.folder / "dbt" / "dev"),
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:]
    assert day.wait() == 0
    built = duckdb.connect(str(published.folder / "dev" / "dev_tester.duckdb"), read_only=True)
    theirs = built.execute("select * from marts.member_id_map order by record_key").fetchall()
    assert theirs == published.query("select * from marts.member_id_map order by record_key")


def test_the_shared_equality_sees_one_changed_cell(published: Warehouse) -> None:
    before = published.snapshot()
    published.published.chmod(0o644)
    with duckdb.connect(str(published.published)) as connection:
        connection.execute(
            "update marts.fct_payments set gross = gross + 0.01 where payment_id ="
            " (select min(payment_id) from marts.fct_payments)"
        )
    assert list(differences(before, published.snapshot())) == ["marts.fct_payments"]


def test_the_business_zone_is_the_same_everywhere() -> None:
    project = (ROOT / "dbt_project" / "dbt_project.yml").read_text()
    assert f"business_zone: {config.BUSINESS_ZONE.key}" in project
