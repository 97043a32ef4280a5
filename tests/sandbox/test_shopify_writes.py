"""Shopify's writes: what the vendor checks, what is remembered, and what the shop shows of it."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.sandbox import vendors
from scripts.sandbox.journal import Journal
from scripts.sandbox.vendors._shopify_graphql import FULL, MUTATION_COST
from scripts.sandbox.vendors.base import Row
from scripts.sandbox.vendors.shopify import View
from tests.sandbox.conftest import CONTRACT, ask, post, small

API = "/admin/api/2025-10"
TAGS = """mutation ($id: ID!, $tags: [String!]!) {
  told: %s(id: $id, tags: $tags) {
    node { id ...Tagged }
    userErrors { field message }
  }
}
fragment Tagged on Customer { tags }"""
CREATE = """mutation ($input: CustomerInput!) {
  customerCreate(input: $input) {
    customer { id email phone tags metafield(namespace: "basin", key: "customer_id") { value }
      defaultEmailAddress { marketingState } }
    userErrors { field message }
  }
}"""
NOTE = """mutation ($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    metafields { namespace key value }
    userErrors { field message code }
  }
}"""
FIND = """query ($query: String!) {
  customers(first: 50, query: $query) { nodes { legacyResourceId } }
}"""
KEPT = {"namespace": "basin", "key": "customer_id", "type": "single_line_text_field"}
ANNA = {"email": "Anna.New@example.org", "phone": "(254) 555-0199", "firstName": "Anna",
        "tags": ["basin-one"], "metafields": [KEPT | {"value": "c-1"}]}  # fmt: skip


def shop(home: Path | None = None, days: int = 0) -> View:
    view = View(small(days=days))
    view.home = home
    return view


def graphql(view: View, text: str, **variables: object) -> Row:
    answer = post(view, f"{API}/graphql.json", {"query": text, "variables": variables})
    assert answer.status == 200
    body: Row = answer.body
    return body


def data(view: View, text: str, **variables: object) -> Any:
    """What the only field of a document gives."""
    found = graphql(view, text, **variables)
    assert "errors" not in found, found
    return next(iter(found["data"].values()))


def tagged(view: View, code: str, *tags: str, call: str = "tagsAdd") -> Row:
    told: Row = data(view, TAGS % call, id=f"gid://shopify/Customer/{code}", tags=list(tags))
    return told


def found(view: View, query: str) -> set[str]:
    return {one["legacyResourceId"] for one in data(view, FIND, query=query)["nodes"]}


def first(view: View) -> str:
    return next(str(row["id"]) for row in view.tables["customers"] if not row["tags"])


def wrong(answer: Row) -> list[tuple[object, str]]:
    return [(one["field"], one["message"]) for one in answer["userErrors"]]


def test_tags_are_put_on_and_taken_off_whatever_their_letters() -> None:
    view = shop()
    code = first(view)
    assert tagged(view, code, "basin-B", "basin-a")["node"]["tags"] == ["basin-a", "basin-B"]
    assert tagged(view, code, "BASIN-b, basin-c")["node"]["tags"] == [
        "basin-a", "basin-B", "basin-c",
    ]  # fmt: skip
    left = tagged(view, code, "Basin-B", "never-there", call="tagsRemove")
    assert (left["node"]["tags"], left["userErrors"]) == (["basin-a", "basin-c"], [])
    row = ask(view, f"{API}/customers/{code}.json").body["customer"]
    assert row["tags"] == "basin-a, basin-c"
    assert row["updated_at"] == "2026-01-31T23:59:59-06:00"
    since = ask(view, f"{API}/customers.json", updated_at_min=row["updated_at"]).body
    assert [str(one["id"]) for one in since["customers"]] == [code]
    outcomes = [one["outcome"] for one in view.received()]
    assert outcomes == ["done", "done", "done"]
    tagged(view, code, "basin-a")
    assert view.received()[-1]["outcome"] == "nothing new"
    assert view.holds()["customers"][code]["tags"] == ["basin-a", "basin-c"]


def test_a_customer_has_250_tags_of_255_letters_and_no_more() -> None:
    view = shop()
    code = first(view)
    assert tagged(view, code, *(f"t{place}" for place in range(250)))["userErrors"] == []
    assert tagged(view, code, "T7")["userErrors"] == []
    assert wrong(tagged(view, code, "new")) == [(["tags"], "Tags cannot be more than 250")]
    assert len(view.writer.customers.tags(code)) == 250
    assert tagged(view, code, "t0", call="tagsRemove")["userErrors"] == []
    long = wrong(tagged(view, code, "x" * 256))
    assert long == [(["tags"], "Tags is too long (maximum is 255 characters)")]
    assert tagged(view, code, "x" * 255)["userErrors"] == []


def test_nobody_there_and_no_id_at_all_are_told_apart() -> None:
    view = shop()
    told = tagged(view, "1", "basin-a")
    assert (told["node"], wrong(told)) == (None, [(["id"], "Customer does not exist")])
    assert view.received()[-1]["outcome"] == "refused: Customer does not exist"
    bad = graphql(view, TAGS % "tagsAdd", id="7", tags=["a"])
    assert bad["errors"][0]["message"] == "Invalid global id '7'"
    none = graphql(view, TAGS % "tagsAdd", tags=["a"])
    assert none["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
    assert data(view, '{ customer(id: "gid://shopify/Customer/1") { id } }') is None
    nothing = graphql(view, "{ customer { id } }")["errors"][0]
    assert nothing["extensions"]["code"] == "missingRequiredArguments"


@pytest.mark.parametrize(
    "selection",
    [
        "{ colour }",
        "{ node { colour } }",
        "{ node { ... on Customer { colour } } }",
        "",
        "{ node }",
    ],
)
def test_a_mutation_asked_for_wrongly_is_not_done(selection: str) -> None:
    view = shop()
    code = first(view)
    text = f'mutation {{ tagsAdd(id: "gid://shopify/Customer/{code}", tags: ["a"]) {selection} }}'
    assert graphql(view, text)["errors"]
    assert view.received() == [] and view.holds() == {"customers": {}}


def test_one_document_may_hold_several_mutations_and_each_costs() -> None:
    view = shop()
    one, two = (f"gid://shopify/Customer/{row['id']}" for row in view.tables["customers"][:2])
    text = (
        f'mutation {{ a: tagsAdd(id: "{one}", tags: "x, y") {{ userErrors {{ message }} }} '
        f'b: tagsAdd(id: "{two}", tags: ["x"]) {{ userErrors {{ message }} }} }}'
    )
    answer = graphql(view, text)
    assert answer["data"] == {"a": {"userErrors": []}, "b": {"userErrors": []}}
    assert answer["extensions"]["cost"]["requestedQueryCost"] == 2 * MUTATION_COST
    assert len(found(view, "tag:x")) == 2 and len(found(view, "tag:y")) == 1


def test_a_shop_that_is_asked_too_much_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_LIMITS", "1")
    view = shop()
    text = TAGS % "tagsAdd"
    code = f"gid://shopify/Customer/{first(view)}"
    most = int(FULL / MUTATION_COST)
    answers = [graphql(view, text, id=code, tags=[f"t{n}"]) for n in range(most + 30)]
    refused = [one for one in answers if "errors" in one]
    assert refused[0]["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert len(view.received()) == len(answers) - len(refused) >= most


def test_a_customer_is_made_once() -> None:
    view = shop()
    before = len(view.tables["customers"])
    told = data(view, CREATE, input=ANNA)
    assert told["userErrors"] == []
    customer = told["customer"]
    code = customer["id"].rpartition("/")[2]
    assert int(code) > max(row["id"] for row in view.tables["customers"][:before])
    assert customer == {
        "id": f"gid://shopify/Customer/{code}",
        "email": "anna.new@example.org",
        "phone": "+12545550199",
        "tags": ["basin-one"],
        "metafield": {"value": "c-1"},
        "defaultEmailAddress": {"marketingState": "NOT_SUBSCRIBED"},
    }
    again = data(view, CREATE, input=ANNA)
    assert again["customer"] is None
    assert wrong(again) == [
        (["email"], "Email has already been taken"),
        (["phone"], "Phone has already been taken"),
    ]
    assert len(view.tables["customers"]) == before + 1
    assert ask(view, f"{API}/customers/{code}.json").body["customer"]["first_name"] == "Anna"
    twin = data(shop(), CREATE, input=ANNA | {"tags": ["basin-two"]})["customer"]
    assert twin["id"] == customer["id"]
    nameless = [data(view, CREATE, input={"lastName": "Same"})["customer"]["id"] for _ in range(2)]
    assert len(set(nameless)) == 2


def test_what_the_shop_holds_against_a_new_customer() -> None:
    view = shop()
    taken = next(row["email"] for row in view.tables["customers"] if row["email"])

    def refusals(**given: object) -> list[tuple[object, str]]:
        told = data(view, CREATE, input=given)
        assert told["customer"] is None
        return wrong(told)

    nobody = "A name, phone number, or email address must be present"
    assert refusals(tags=["x"]) == [(None, nobody)]
    assert refusals(email="anna") == [(["email"], "Email is invalid")]
    assert refusals(email=taken.upper()) == [(["email"], "Email has already been taken")]
    assert refusals(phone="12", lastName="X") == [(["phone"], "Phone is invalid")]
    many = [f"t{place}" for place in range(251)]
    assert refusals(lastName="X", tags=many) == [(["tags"], "Tags cannot be more than 250")]
    said = {"marketingState": "SUBSCRIBED"}
    assert refusals(lastName="X", emailMarketingConsent=said)[0][0] == ["emailMarketingConsent"]
    assert refusals(lastName="X", smsMarketingConsent=said)[0][0] == ["smsMarketingConsent"]
    never = {"marketingState": "NOT_SUBSCRIBED"}
    body = graphql(view, CREATE, input={"email": "b@example.org", "emailMarketingConsent": never})
    message = "Cannot specify NOT_SUBSCRIBED as a marketing state input"
    assert body["errors"][0]["message"] == message
    assert view.holds() == {"customers": {}}


def test_a_consent_that_is_given_with_a_customer_is_shown() -> None:
    view = shop()
    given = ANNA | {"emailMarketingConsent": {"marketingState": "SUBSCRIBED"}}
    customer = data(view, CREATE, input=given)["customer"]
    assert customer["defaultEmailAddress"] == {"marketingState": "SUBSCRIBED"}


def test_metafields_are_set_all_or_none() -> None:
    view = shop()
    owner = f"gid://shopify/Customer/{first(view)}"
    good, bad = {**KEPT, "ownerId": owner, "value": "c-9"}, {**KEPT, "ownerId": owner, "value": ""}
    told = data(view, NOTE, metafields=[good, bad])
    assert told == {
        "metafields": None,
        "userErrors": [{"field": ["metafields", "1", "value"], "message": "Value can't be blank.",
                        "code": "BLANK"}],
    }  # fmt: skip
    nobody = good | {"ownerId": "gid://shopify/Customer/1"}
    told = data(view, NOTE, metafields=[nobody])
    assert wrong(told) == [(["metafields", "0", "ownerId"], "Owner does not exist.")]
    assert data(view, NOTE, metafields=[good] * 26)["userErrors"][0]["code"] == (
        "LESS_THAN_OR_EQUAL_TO"
    )
    flag = good | {"type": "boolean"}
    assert data(view, NOTE, metafields=[flag])["userErrors"][0]["code"] == "INVALID_VALUE"
    assert found(view, 'metafields.basin.customer_id:"c-9"') == set()
    told = data(view, NOTE, metafields=[good])
    assert told["metafields"] == [{"namespace": "basin", "key": "customer_id", "value": "c-9"}]
    assert found(view, 'metafields.basin.customer_id:"c-9"') == {owner.rpartition("/")[2]}


def test_the_search_finds_whom_the_words_describe() -> None:
    view = shop()
    made = data(view, CREATE, input=ANNA)["customer"]["id"].rpartition("/")[2]
    other = data(view, CREATE, input={"email": "new.anna@example.org"})["customer"]["id"]
    other = other.rpartition("/")[2]
    code = first(view)
    tagged(view, code, "basin-two")
    assert found(view, 'email:"ANNA.new@example.org"') == {made}
    assert found(view, "email:anna.new@example.org") == {made, other}
    assert found(view, "phone:+12545550199") == {made}
    assert found(view, "tag:basin-*") == {made, code}
    assert found(view, "tag:basin-* AND NOT tag:basin-two") == {made}
    assert found(view, "tag:basin-* -tag:basin-two") == {made}
    assert found(view, 'tag:basin-two OR metafields.basin.customer_id:"c-1"') == {made, code}
    assert found(view, f"(tag:basin-two OR tag:basin-one) id:>={made}") == {made}
    assert found(view, "updated_at:>'2026-02-01T05:59:58Z'") == {made, other, code}
    for text in ("colour:red", "tag:a )", "( tag:a", "updated_at:>soon", "AND"):
        assert graphql(view, FIND, query=text)["errors"]


def test_rest_makes_a_customer_or_says_422() -> None:
    view = shop()
    given = {"customer": {"first_name": "Anna", "email": "anna@example.org", "tags": "a, b",
                          "metafields": [KEPT | {"value": "c-1"}]}}  # fmt: skip
    made = post(view, f"{API}/customers.json", given)
    assert (made.status, made.body["customer"]["tags"]) == (201, "a, b")
    again = post(view, f"{API}/customers.json", given)
    assert (again.status, again.body) == (422, {"errors": {"email": ["has already been taken"]}})
    nobody = post(view, f"{API}/customers.json", {"customer": {"note": "x"}})
    assert nobody.status == 422 and list(nobody.body["errors"]) == ["base"]
    assert post(view, f"{API}/customers.json", None).status == 400


def test_customers_that_were_written_pass_the_vendors_schema(contract: ModuleType) -> None:
    view = shop()
    data(view, CREATE, input=ANNA | {"smsMarketingConsent": {"marketingState": "SUBSCRIBED"}})
    tagged(view, first(view), "basin-a")
    for path in ("customers.json", f"customers/{view.tables['customers'][-1]['id']}.json"):
        answer = ask(view, f"{API}/{path}")
        assert (
            contract.errors("shopify", "GET", f"{API}/{path}", 200, answer.body, strict=True) == []
        )


def test_every_field_and_argument_of_a_write_is_the_vendors() -> None:
    file = next(iter(sorted((CONTRACT.parent / "shopify" / "spec").glob("*.gz"))), None)
    if file is None:
        pytest.skip("the vendors' contracts are not beside the project (../shared/contracts)")
    held = json.loads(gzip.decompress(file.read_bytes()))
    kinds = {one["name"]: one for one in held.get("data", held)["__schema"]["types"]}
    fields = {name: {one["name"] for one in kind["fields"] or []} for name, kind in kinds.items()}
    view = shop()
    node = view.writer.customers.node(first(view))
    assert node is not None
    shown = [node, *(one for one in node.values() if isinstance(one, dict))]
    assert len(shown) > 1
    for one in shown:
        assert one.keys() - {"__typename"} <= fields[one["__typename"]]
    calls = {one["name"]: one for one in kinds["Mutation"]["fields"]}
    for name, mutation in view.writer.root.items():
        if name != "__typename":
            assert {one["name"] for one in calls[name]["args"]} == set(mutation.needs)
            kind = f"{name[0].upper()}{name[1:]}Payload"
            assert set(mutation.example) == fields[kind], name


def test_what_was_told_outlives_the_process_the_day_and_a_torn_line(tmp_path: Path) -> None:
    view = shop(tmp_path)
    code = first(view)
    tagged(view, code, "basin-a")
    made = data(view, CREATE, input=ANNA)["customer"]["id"].rpartition("/")[2]
    file = view.writer.journal.file
    assert file is not None
    with file.open("ab") as stream:
        stream.write(b'{"day":"2026-01-31","call":"tagsAdd","wh')
    other = shop(tmp_path, days=3)
    assert other.holds()["customers"].keys() == view.holds()["customers"].keys() == {code, made}
    tagged(other, code, "basin-b")
    assert view.received() == other.received() == shop(tmp_path).received()
    assert [one["day"] for one in view.received()] == ["2026-01-31", "2026-01-31", "2026-02-03"]
    assert view.holds() == shop(tmp_path, days=9).holds()
    assert found(shop(tmp_path), "tag:basin-b") == {code}


def test_without_a_journal_nothing_is_shown_otherwise(tmp_path: Path) -> None:
    def shown(home: Path | None) -> str:
        every = vendors.views(small(), home)
        return json.dumps([one.tables for one in every if one.name in ("shopify", "klaviyo")])

    assert shown(tmp_path) == shown(None)
    assert not list(tmp_path.rglob("*"))


def test_whoever_opens_an_account_takes_a_made_customer_over(tmp_path: Path) -> None:
    today = {row["id"] for row in shop().tables["customers"]}
    newcomer = next(
        row for row in shop(days=30).tables["customers"] if row["id"] not in today and row["email"]
    )
    view = shop(tmp_path)
    made = data(view, CREATE, input=ANNA | {"email": newcomer["email"]})["customer"]["id"]
    made = made.rpartition("/")[2]
    assert found(view, "tag:basin-one") == {made}
    later, code = shop(tmp_path, days=30), str(newcomer["id"])
    assert found(later, "tag:basin-one") == {code}
    assert found(later, 'metafields.basin.customer_id:"c-1"') == {code}
    assert wrong(tagged(later, made, "x")) == [(["id"], "Customer does not exist")]
    assert later.holds()["customers"].keys() == {code}


def test_what_was_written_goes_with_a_customer_who_is_deleted(tmp_path: Path) -> None:
    left = {row["id"] for row in shop(days=30).tables["customers"]}
    code = next(str(row["id"]) for row in shop().tables["customers"] if row["id"] not in left)
    view = shop(tmp_path)
    tagged(view, code, "basin-gone")
    assert found(view, "tag:basin-gone") == {code}
    later = shop(tmp_path, days=30)
    assert found(later, "tag:basin-gone") == set() and later.holds() == {"customers": {}}
    assert wrong(tagged(later, code, "x")) == [(["id"], "Customer does not exist")]
    assert len(later.received()) == 2


def test_a_tag_of_the_towns_own_that_was_taken_off_is_counted() -> None:
    view = shop()
    row = next(one for one in view.tables["customers"] if one["tags"])
    code, tag = str(row["id"]), row["tags"].split(", ")[0]
    assert tag not in tagged(view, code, tag.upper(), call="tagsRemove")["node"]["tags"]
    assert view.holds()["customers"][code]["tags_taken_off"] == [tag]


def test_the_journal_is_on_the_disk_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr("scripts.sandbox.journal.os.fsync", synced.append)
    answered: Callable[..., Row] = tagged
    view = shop(tmp_path)
    answered(view, first(view), "basin-a")
    file = view.writer.journal.file
    assert file is not None and len(synced) == 1
    assert Journal(file).news() == view.received()
