"""Which files of posts are kept, and who is never asked for one."""

import hashlib
from pathlib import Path

import pytest

from extract import config
from extract.files import Shelf
from tests.extract.conftest import Answer, Vendor, query, run
from tests.extract.posts import ACCOUNT, JPEG, NEW, on_instagram, picture


def test_a_file_is_fetched_once_and_kept_by_the_posts_number(vendor: Vendor) -> None:
    on_instagram(vendor)
    vendor.faults["171.jpg"] = lambda request: (200, {"Content-Type": "video/mp4"}, b"a film")
    left = config.data_dir() / "media" / "instagram" / "170.jpg.1.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of a killed run")
    run("instagram", full=True)
    wanted = [
        ("170", "media/instagram/170.jpg", "image/jpeg", b"a picture"),
        ("171", "media/instagram/171.mp4", "video/mp4", b"a film"),
    ]
    rows = [
        (name, path, hashlib.sha256(content).hexdigest(), len(content), kind, None)
        for name, path, kind, content in wanted
    ]
    stored = "select id, path, sha256, bytes, content_type, problem from raw_instagram.media_files"
    assert query(f"{stored} order by id") == rows
    for _, path, _, content in wanted:
        assert (config.data_dir() / path).read_bytes() == content
    vendor.requests.clear()
    run("instagram", full=True)
    assert not [one for one in vendor.requests if "/cdn/" in one.path]
    assert query(f"{stored} order by id") == rows
    assert len(list((config.data_dir() / "media" / "instagram").iterdir())) == 2


def test_a_post_whose_film_is_not_shown_keeps_its_still(vendor: Vendor) -> None:
    on_instagram(vendor, 1)
    post = vendor.lists[f"instagram/{ACCOUNT}/media"][0]
    post["thumbnail_url"] = post.pop("media_url")
    run("instagram")
    assert query("select path from raw_instagram.media_files") == [("media/instagram/170.jpg",)]


def test_a_file_that_cannot_be_had_is_said_and_tried_again(vendor: Vendor) -> None:
    on_instagram(vendor, 9)
    posts = vendor.lists[f"instagram/{ACCOUNT}/media"]
    for row in posts:
        row["timestamp"] = NEW
    posts[0].pop("media_url")
    posts[1]["media_url"] = "https://scontent.cdninstagram.com/a.jpg"
    posts[2]["media_url"] = "file:///etc/passwd"
    answers: dict[str, Answer] = {
        "173.jpg": (302, {"Location": "https://elsewhere.example.org/"}, b""),
        "174.jpg": (403, {}, b"URL signature expired"),
        "175.jpg": (200, {"Content-Type": "text/html"}, b"<html>"),
        "176.jpg": (200, JPEG, b""),
    }
    for name, answer in answers.items():
        vendor.faults[name] = lambda request, answer=answer: answer  # type: ignore[misc]
    assert run("instagram").results["instagram"].ok
    problems = dict(
        query("select id, problem from raw_instagram.media_files where problem is not null")
    )
    assert problems == {
        "170": "no address was given",
        "171": "an address elsewhere, which was refused",
        "172": "an address elsewhere, which was refused",
        "173": "the answer 302",
        "174": "the answer 403",
        "175": "a file of another kind",
        "176": "an empty file",
    }
    folder = config.data_dir() / "media" / "instagram"
    assert sorted(path.name for path in folder.iterdir()) == ["177.jpg", "178.jpg"]
    picture(vendor, "174.jpg", b"now")
    run("instagram", as_of="2026-02-01")
    assert query("select path, problem from raw_instagram.media_files where id = '174'") == [
        ("media/instagram/174.jpg", None)
    ]


def test_no_path_and_no_request_is_made_of_an_id_that_is_none(vendor: Vendor) -> None:
    on_instagram(vendor, 3)
    vendor.lists[f"instagram/{ACCOUNT}/media"][1]["id"] = "../../17"
    assert run("instagram").results["instagram"].error_sentence == (
        "instagram: media has a row without a proper id, so what belongs to it cannot be read: "
        "run again later"
    )
    assert not [one for one in vendor.requests if ".." in one.path]


def test_in_live_mode_only_metas_own_file_hosts_are_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BASIN_DATA", str(tmp_path))
    monkeypatch.setenv("BASIN_MODE", "live")
    shelf = Shelf("instagram", ("cdninstagram.com", "fbcdn.net"))
    shelf.is_cut_off = True
    elsewhere = "an address elsewhere, which was refused"
    for url, problem in (
        ("https://scontent-iev1-1.cdninstagram.com/v/a.jpg", "its host could not be reached"),
        ("https://video.fbcdn.net/v/a.mp4", "its host could not be reached"),
        ("http://scontent.cdninstagram.com/v/a.jpg", elsewhere),
        ("https://cdninstagram.com.example.org/v/a.jpg", elsewhere),
        ("https://evilcdninstagram.com/v/a.jpg", elsewhere),
        ("https://graph.facebook.com/v25.0/me", elsewhere),
        ("https://127.0.0.1/a.jpg", elsewhere),
    ):
        assert shelf.keep("1", url) == {"id": "1", "problem": problem}
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "2.jpg").write_bytes(b"not ours")
    assert (
        shelf.keep("../2", "https://video.fbcdn.net/a")["problem"] == "an id that is no file name"
    )
    assert not {name.lower() for name in shelf.session.headers} & {"authorization", "cookie"}
