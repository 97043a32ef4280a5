"""The README's recipes, followed to the letter in a copy of the project."""

import re
import subprocess
import sys

from tests.behaviour.warehouse import ROOT, Warehouse


def test_a_flag_is_added_by_the_one_file_of_the_readme(published: Warehouse) -> None:
    warehouse = published.with_own_project()
    recipe = (ROOT / "README.md").read_text().split("## How to add a flag")[1]
    name = re.search(r"`(flag_\w+)\.sql`:", recipe)
    sql = re.search(r"```sql\n(.*?)```", recipe, re.DOTALL)
    assert name and sql
    flags = warehouse.project / "dbt_project" / "models" / "marts" / "flags"
    (flags / f"{name[1]}.sql").write_text(sql[1])
    subprocess.run(
        [sys.executable, "-m", "scripts.unions"],
        cwd=warehouse.project,
        env=warehouse.environment(),
        check=True,
    )
    warehouse.daily()
    flagged = warehouse.query(
        "select customer_id from marts.customer_flags where flag_type = 'many_visits' order by 1"
    )
    assert flagged == warehouse.query(
        "select customer_id from marts.visits where visit_count >= 5 order by 1"
    )
    assert flagged
    assert "many_visits" in (warehouse.folder / "exports/customers/customer_flags.csv").read_text()
