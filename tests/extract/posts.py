"""The gym's posts as the stand-in of `conftest.py` shows them, each with its picture."""

from extract import config
from tests.extract.conftest import Vendor

ACCOUNT = config.SANDBOX_ACCOUNT
OLD, NEW = "2025-11-01T18:00:00+0000", "2026-01-25T18:00:00+0000"
JPEG = {"Content-Type": "image/jpeg"}


def picture(vendor: Vendor, name: str, content: bytes = b"a picture") -> str:
    """The address of a picture that the vendor serves."""
    vendor.faults[name] = lambda request: (200, JPEG, content)
    return f"http://127.0.0.1:{vendor.port}/instagram/cdn/{name}?oe=1&oh=2"


def on_instagram(vendor: Vendor, count: int = 2, kind: str = "IMAGE") -> None:
    """Posts, every other one long ago, each with two comments, an answer and a measurement."""
    vendor.lists[f"instagram/{ACCOUNT}/media"] = [
        {
            "id": f"17{number}",
            "timestamp": NEW if number % 2 else OLD,
            "media_type": kind,
            "media_product_type": "REELS" if kind == "VIDEO" else "FEED",
            "media_url": picture(vendor, f"17{number}.jpg"),
            "like_count": 3,
            "comments_count": 3,
        }
        for number in range(count)
    ]
    for number in range(count):
        post = f"instagram/17{number}"
        vendor.lists[f"{post}/comments"] = [
            {"id": f"{number}1", "username": "ada", "text": "So good!", "timestamp": NEW}
            | {"replies": {"data": [{"id": f"{number}3", "username": "gym", "timestamp": NEW}]}},
            {"id": f"{number}2", "username": "bo", "timestamp": NEW},
        ]
        vendor.lists[f"{post}/insights"] = [
            {"id": f"17{number}/insights/{name}/lifetime", "name": name, "values": [{"value": 5}]}
            for name in ("reach", "saved")
        ]
