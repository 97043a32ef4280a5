"""What vendors send us by themselves: kept if it is theirs, whatever happens, and else refused."""

import asyncio
import errno
import json
import os
import resource
import signal
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.client import HTTPException
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from extract.config import ConfigError
from scripts.journal import Journal, copy, recover
from scripts.signatures import senders
from scripts.stores import ExportRefused, Folder
from tests.behaviour.callers import (
    PUBLIC_URL,
    SECRET,
    SETTINGS,
    Call,
    Receiver,
    from_sendgrid,
    from_stripe,
    from_twilio,
    ids,
    lines,
    opened,
    public_key,
    ready,
    receiving,
    segments,
    start,
)

DAY = date(2026, 1, 31)
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
FORM = [("MessageSid", "SM1"), ("From", "+15125550100"), ("Body", " Stop & ü "), ("Empty", "")]
NOTICE = b'{"id": "evt_1", "type": "charge.succeeded", "amount": 36.40}'
HOUR = 3600


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("receiver") / "data") as one:
        yield one


def kept(receiver: Receiver, call: Call, answer: bytes = b"") -> list[bytes]:
    """The lines that a call left, which must be acknowledged."""
    before = lines(receiver.folder)
    assert receiver.post(call) == (200, answer)
    return [line for line in lines(receiver.folder) if line not in before]


def test_a_genuine_call_is_kept_as_it_was_sent(receiver: Receiver) -> None:
    odd = '[{"z":1,"a":0.10,"text":"ü\u2028","half":"\\ud83d","category":["x"]},{"event":"open"}]'
    began = datetime.now(UTC)
    first, second = kept(receiver, from_sendgrid(odd.encode()))
    marked, mark = first.rsplit(b',"_received_at":', 1)
    assert marked == rb'{"z":1,"a":0.10,"text":"\u00fc\u2028","half":"\ud83d","category":["x"]'
    at = json.loads(mark.removesuffix(b"}\n"))
    assert abs((datetime.fromisoformat(at) - began).total_seconds()) < 20
    assert json.loads(second) == {"event": "open", "_received_at": at}
    (path,) = (path for path in segments(receiver.folder) if second in path.read_bytes())
    assert path.parent.relative_to(receiver.folder) == Path(
        f"webhooks/sendgrid/events/date={at[:10]}"
    )


def test_a_genuine_message_is_kept_and_answered_with_no_message(receiver: Receiver) -> None:
    for url in (
        f"{PUBLIC_URL}/twilio",
        f"{PUBLIC_URL}/twilio?kind=status",
        f"{PUBLIC_URL}/twilio".replace("example.org", "example.org:443"),
    ):
        (line,) = kept(receiver, from_twilio(FORM, url=url), b"<Response></Response>")
        assert list(json.loads(line).items())[:-1] == FORM


def test_a_genuine_notice_is_kept_without_what_would_let_others_pay(receiver: Receiver) -> None:
    notice = NOTICE.replace(b"}", b', "data": {"client_secret": "pi_secret", "b": 1}}')
    (line,) = kept(receiver, from_stripe(notice))
    assert line.startswith(
        b'{"id":"evt_1","type":"charge.succeeded","amount":36.40,"data":{"b":1},"_received_at":'
    )


def test_while_a_secret_is_changed_either_signature_will_do(receiver: Receiver) -> None:
    now = time.time()
    new, old = (from_stripe(NOTICE, now, key) for key in ("whsec_new", SECRET))
    both = f"{new.headers['Stripe-Signature']},{old.headers['Stripe-Signature'].split(',')[1]}"
    assert len(kept(receiver, Call("/stripe", {"Stripe-Signature": both}, NOTICE))) == 1


def altered(call: Call, body: bytes | None = None, **headers: str) -> Call:
    """The same call with something changed after it was signed; a header by its last word."""
    changed = {
        name: headers.get(name.split("-")[-1], value) for name, value in call.headers.items()
    }
    return Call(call.path, changed, call.body if body is None else body)


MADE_UP: dict[str, tuple[int, Callable[[], Call]]] = {
    "sendgrid, another key": (403, lambda: from_sendgrid(opened("x"), key=OTHER_KEY)),
    "sendgrid, another body": (403, lambda: altered(from_sendgrid(opened("x")), opened("y"))),
    "sendgrid, an hour old": (403, lambda: from_sendgrid(opened("x"), time.time() - HOUR)),
    "sendgrid, of the future": (403, lambda: from_sendgrid(opened("x"), time.time() + HOUR)),
    "sendgrid, no time": (403, lambda: altered(from_sendgrid(opened("x")), Timestamp="")),
    "sendgrid, a time in words": (
        403,
        lambda: altered(from_sendgrid(opened("x")), Timestamp="now"),
    ),
    "sendgrid, nonsense": (403, lambda: altered(from_sendgrid(opened("x")), Signature="ü!")),
    "sendgrid, unsigned": (401, lambda: Call("/sendgrid", {}, opened("x"))),
    "sendgrid, no list": (400, lambda: from_sendgrid(b'{"event": "open"}')),
    "sendgrid, no JSON": (400, lambda: from_sendgrid(b"[{]")),
    "twilio, another key": (403, lambda: from_twilio(FORM, key="other")),
    "twilio, another body": (403, lambda: altered(from_twilio(FORM), b"MessageSid=SM2")),
    "twilio, another address": (403, lambda: from_twilio(FORM, url="https://example.org/twilio")),
    "twilio, nonsense": (403, lambda: altered(from_twilio(FORM), Signature="ü!")),
    "twilio, unsigned": (401, lambda: Call("/twilio", {}, b"MessageSid=SM1")),
    "stripe, another key": (403, lambda: from_stripe(NOTICE, key="whsec_other")),
    "stripe, another body": (403, lambda: altered(from_stripe(NOTICE), b"{}")),
    "stripe, an hour old": (403, lambda: from_stripe(NOTICE, time.time() - HOUR)),
    "stripe, of the future": (403, lambda: from_stripe(NOTICE, time.time() + HOUR)),
    "stripe, nonsense": (403, lambda: altered(from_stripe(NOTICE), Signature="t=ü,v1")),
    "stripe, unsigned": (401, lambda: Call("/stripe", {}, NOTICE)),
    "stripe, no object": (400, lambda: from_stripe(b"[]")),
}


@pytest.mark.parametrize("name", MADE_UP)
def test_what_is_not_genuine_is_refused_without_a_word(receiver: Receiver, name: str) -> None:
    status, made_up = MADE_UP[name]
    before = lines(receiver.folder)
    assert receiver.post(made_up()) == (status, b"")
    assert lines(receiver.folder) == before


def test_other_methods_and_paths_are_refused(receiver: Receiver) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert receiver.post(from_sendgrid(opened("x")), method)[0] == 405
    for path in ("/", "/sendgrid/", "/sendgrid/events", "/mailchimp"):
        assert receiver.post(Call(path, {}, b"[]"))[0] == 404


def test_a_body_that_is_too_large_is_not_read(receiver: Receiver) -> None:
    headers = from_sendgrid(opened("x")).headers
    signed = "\r\n".join(f"{name}: {value}" for name, value in headers.items())
    head = f"POST /sendgrid HTTP/1.1\r\nHost: example.org\r\n{signed}\r\n"
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    for said in (
        f"{head}Content-Length: 1048577\r\n\r\n".encode(),
        f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 17,
    ):
        with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as connection:
            connection.sendall(said)
            assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_repeated_delivery_is_kept_again_under_the_same_id(receiver: Receiver) -> None:
    call = from_sendgrid(opened("again"))
    (first,), (second,) = kept(receiver, call), kept(receiver, call)
    assert first.split(b',"_received_at"')[0] == second.split(b',"_received_at"')[0]
    assert ids(receiver.folder).count("again") == 2


def test_a_source_that_is_not_set_up_is_said_once_and_says_nothing(tmp_path: Path) -> None:
    with receiving(tmp_path / "data", STRIPE_WEBHOOK_SECRET="", WEBHOOKS_PUBLIC_URL="") as one:
        assert one.post(from_sendgrid(opened("x"))) == (200, b"")
        for call in (from_stripe(NOTICE), from_twilio(FORM), Call("/stripe", {}, b"")):
            assert one.post(call) == (503, b"")
        assert one.post(from_sendgrid(opened("x"), key=OTHER_KEY)) == (403, b"")
        code, said = one.stop()
    assert code == 0
    twilio, stripe, listening = said.splitlines()
    assert twilio.startswith("twilio: answers 503 until .env sets TWILIO_AUTH_TOKEN (")
    assert stripe.startswith("stripe: answers 503 until .env sets STRIPE_WEBHOOK_SECRET (")
    assert listening.startswith("webhooks listening at http://127.0.0.1:")
    assert not any(word in said for word in [*SETTINGS.values(), "example.org", "evt_1"])
    assert all(not path.stat().st_mode & 0o222 for path in segments(one.folder))


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SENDGRID_WEBHOOK_PUBLIC_KEY", "c2VjcmV0", "SENDGRID_WEBHOOK_PUBLIC_KEY is no public key"),
        (
            "SENDGRID_WEBHOOK_PUBLIC_KEY",
            public_key(ec.generate_private_key(ec.SECP384R1())),
            "SENDGRID_WEBHOOK_PUBLIC_KEY is no public key",
        ),
        ("STRIPE_WEBHOOK_SECRET", "sk_live_secret", "must begin with whsec_"),
        ("WEBHOOKS_PUBLIC_URL", "hooks", "WEBHOOKS_PUBLIC_URL must be an address"),
    ],
)
def test_a_setting_that_cannot_be_right_is_said_at_start(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    for name, right in (SETTINGS | {variable: value}).items():
        monkeypatch.setenv(name, right)
    with pytest.raises(ConfigError, match=sentence) as raised:
        senders()
    assert value not in str(raised.value)


def test_a_kill_under_load_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder, acknowledged = tmp_path / "data", set[str]()

    def post_until_it_dies(one: Receiver, name: str) -> None:
        connection = one.connect()
        for number in range(100_000):
            sent = [f"{name}-{number}-{place}" for place in range(20)]
            call = from_sendgrid(opened(*sent))
            try:
                connection.request("POST", call.path, call.body, call.headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, HTTPException):
                return
            assert answer.status == 200
            acknowledged.update(sent)

    with receiving(folder) as first:
        posters = [threading.Thread(target=post_until_it_dies, args=(first, one)) for one in "abcd"]
        for one in posters:
            one.start()
        began = time.monotonic()
        while len(acknowledged) < 2_000:
            assert time.monotonic() - began < 20
            time.sleep(0.01)
        first.stop(signal.SIGKILL)
        for one in posters:
            one.join()
    assert acknowledged <= set(ids(folder))

    with segments(folder)[-1].open("ab") as file:  # as a write that was broken off
        file.write(b'{"sg_event_id":"torn","email":"a@ex')
    dead = segments(folder)
    with receiving(folder) as second:
        assert second.post(from_sendgrid(opened("after")))[0] == 200
        _, said = second.stop()
    assert len(segments(folder)) == len(dead) + 1
    assert "cut off an event that a killed receiver had neither written whole nor" in said
    assert "torn" not in said
    assert acknowledged | {"after"} <= set(ids(folder))
    assert all(path.read_bytes().endswith(b"}\n") for path in segments(folder))


def test_two_receivers_never_write_to_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    processes = [start(folder) for _ in range(2)]
    try:
        for name, process in zip("ab", processes, strict=True):
            assert ready(folder, process).post(from_sendgrid(opened(name)))[0] == 200
        assert recover(folder / "webhooks") == []
        assert sorted(ids(folder)) == ["a", "b"]
        assert len(segments(folder)) == 2
        assert all(path.stat().st_mode & 0o222 for path in segments(folder))
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_many_calls_wait_for_one_write_and_none_is_answered_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, synchronised = threading.Event(), []
    whole = os.fsync

    def slow(file: int) -> None:
        if stat.S_ISREG(os.fstat(file).st_mode):
            may_go_on.wait(10)
            synchronised.append(file)
        whole(file)

    monkeypatch.setattr(os, "fsync", slow)

    async def load() -> None:
        journal = Journal(tmp_path / "events")
        first = asyncio.create_task(journal.keep(DAY, b'{"id":0}\n'))
        await asyncio.sleep(0.05)
        others = [asyncio.create_task(journal.keep(DAY, b'{"id":%d}\n' % one)) for one in range(9)]
        done, _ = await asyncio.wait([first, *others], timeout=0.1)
        assert done == set()
        may_go_on.set()
        await asyncio.gather(first, *others)
        journal.finish()

    asyncio.run(load())
    assert len(synchronised) == 2
    (path,) = tmp_path.rglob("*.ndjson")
    assert len(path.read_bytes().splitlines()) == 10


def test_a_failed_write_is_said_to_the_caller_and_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, synchronise = os.write, os.fsync

    def full(file: int, some: bytes) -> int:
        write(file, bytes(some)[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    def broken(file: int) -> None:
        synchronise(file)
        raise OSError(errno.EIO, "Input/output error")

    async def load() -> None:
        journal = Journal(tmp_path / "sendgrid" / "events")
        await journal.keep(DAY, b'{"id":1}\n')
        for number, (name, fault) in enumerate({"write": full, "fsync": broken}.items()):
            with monkeypatch.context() as patch:
                patch.setattr(os, name, fault)
                with pytest.raises(OSError, match=r"No space|Input/output"):
                    await journal.keep(DAY, b'{"failed":%d}\n' % number)
            await journal.keep(DAY, b'{"id":%d}\n' % (number + 2))
        journal.finish()

    asyncio.run(load())
    assert recover(tmp_path) == []
    found = sorted(path.read_bytes() for path in tmp_path.rglob("*.ndjson"))
    assert found == [b'{"id":1}\n{"id":2}\n{"failed":1}\n', b'{"id":3}\n']
    assert all(not path.stat().st_mode & 0o222 for path in tmp_path.rglob("*.ndjson"))


def test_a_receiver_that_cannot_write_says_so_and_goes_on_when_it_can(tmp_path: Path) -> None:
    with receiving(tmp_path / "data") as one:
        assert one.post(from_sendgrid(opened("before")))[0] == 200
        usual = resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (200, -1))
        for _ in range(2):
            assert one.post(from_sendgrid(opened("refused", "too"))) == (503, b"")
        resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, usual)
        assert one.post(from_sendgrid(opened("after")))[0] == 200
        _, said = one.stop()
    assert said.count("sendgrid: events cannot be written (File too large): make room") == 1
    assert {"before", "after"} <= set(ids(one.folder))


def test_finished_segments_are_copied_to_the_bucket_once(tmp_path: Path) -> None:
    local, copied = tmp_path / "webhooks", list[str]()

    class Bucket(Folder):
        is_down = True

        def put(self, file: Path, name: str) -> None:
            if self.is_down:
                raise ExportRefused("no answer")
            super().put(file, name)
            copied.append(name.rpartition("/")[0])

    bucket = Bucket(tmp_path / "bucket")

    async def load() -> None:
        sendgrid, twilio = (Journal(local / name / "events") for name in ("sendgrid", "twilio"))
        await sendgrid.keep(DAY, b'{"id":1}\n')
        await twilio.keep(DAY, b'{"id":2}\n')
        sendgrid.finish()
        with pytest.raises(ExportRefused):
            copy(local, bucket)
        bucket.is_down = False
        for _ in range(2):
            copy(local, bucket)
            assert copied == ["sendgrid/events/date=2026-01-31"]
        twilio.finish()

    asyncio.run(load())
    foreign = next(local.rglob("date=*")) / "somebody-elses.ndjson"
    foreign.write_bytes(b"{")
    assert recover(local) == []
    copy(local, bucket)
    assert foreign.stat().st_mode & 0o222 and foreign.read_bytes() == b"{"
    foreign.unlink()
    assert copied == ["sendgrid/events/date=2026-01-31", "twilio/events/date=2026-01-31"]
    there = {
        path.relative_to(bucket.root): path.read_bytes() for path in bucket.root.rglob("*.nd*")
    }
    here = {path.relative_to(local): path.read_bytes() for path in local.rglob("*.ndjson")}
    assert here == there
    assert sorted(here.values()) == [b'{"id":1}\n', b'{"id":2}\n']
