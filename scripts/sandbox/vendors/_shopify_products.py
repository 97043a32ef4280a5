"""Shopify's products: what the web shop sells, each since the day it was there."""

from scripts.sandbox import moments
from scripts.sandbox.goods import SHOP, Good, novelty
from scripts.sandbox.vendors._shopify_objects import VENDOR, Objects, Row, decimal, stamp


def products(build: Objects) -> list[Row]:
    """Every product with its variants, each since the day it was there."""
    opened = moments.midnight(build.ledger.settings.start)
    goods: list[tuple[Good, int]] = [(one, opened) for one in SHOP]
    month = first = build.ledger.settings.start.replace(day=1)
    while month <= build.ledger.clock:
        if month.month % 3 == 1 or month == first:
            since = max(opened, moments.midnight(month))
            goods.append((novelty(month, is_made=True), since))
        month = moments.add_months(month, 1)
    items: dict[str, list[tuple[Good, int]]] = {}
    for good, since in goods:
        items.setdefault(good.item, []).append((good, since))
    return [_product(build, item, kinds) for item, kinds in items.items()]


def _product(build: Objects, item: str, kinds: list[tuple[Good, int]]) -> Row:
    since = kinds[0][1]
    titles = [good.variation or "Default Title" for good, _ in kinds]
    code = build.product_id(item)
    return {
        "id": code,
        "title": item,
        "body_html": f"<p>{item}</p>",
        "vendor": VENDOR,
        "product_type": kinds[0][0].category if kinds[0][0].category != "Retail" else "",
        "created_at": stamp(since),
        "handle": item.lower().replace(" ", "-"),
        "updated_at": stamp(since),
        "published_at": stamp(since),
        "template_suffix": None,
        "published_scope": "global",
        "tags": "",
        "status": "active",
        "variants": [
            {
                "id": build.variant_id(item, good.variation),
                "product_id": code,
                "title": title,
                "price": decimal(good.cents),
                "position": place + 1,
                "sku": None,
                "taxable": True,
                "created_at": stamp(since),
                "updated_at": stamp(since),
                "requires_shipping": good.is_made,
            }
            for place, ((good, since), title) in enumerate(zip(kinds, titles, strict=True))
        ],
        "options": [
            {
                "id": build.id_of(10_000_000_000_000, "option", item),
                "product_id": code,
                "name": "Title",
                "position": 1,
                "values": titles,
            }
        ],
        "images": [],
    }
