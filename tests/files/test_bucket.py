"""Files in a bucket instead of a folder, by the settings alone."""

import io
from collections.abc import Iterator

import pytest

from formwork.files import Blobs, open_blobs, receive
from formwork.kernel import Invalid, NotFound, Settings, Unavailable
from tests.support.bucket import Bucket, serving_bucket
from tests.support.pictures import png


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket the AWS variables lead to."""
    with serving_bucket() as found:
        for name, value in {
            "AWS_ENDPOINT_URL": found.address, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "k",
            "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-central-1",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def blobs(bucket: Bucket) -> Blobs:
    """The contents of one tenant in it."""
    return open_blobs(Settings(files_url="s3://kept/crm"), "acme")


def test_contents_go_to_the_bucket_and_come_back(bucket: Bucket, blobs: Blobs) -> None:
    received = receive(blobs, io.BytesIO(png()), "a.png", 1_000)
    key = f"/kept/crm/acme/{received.sha256[:2]}/{received.sha256}"
    assert bucket.objects == {key: png()}
    assert b"".join(blobs.read(received.sha256)) == png()
    assert b"".join(blobs.read(received.sha256, 1, 4)) == b"PNG"
    assert [(one.sha256, one.size) for one in blobs.list()] == [(received.sha256, len(png()))]
    assert blobs.has(received.sha256)
    blobs.remove(received.sha256)
    assert bucket.objects == {}
    assert not blobs.has(received.sha256)
    with pytest.raises(NotFound):
        blobs.read(received.sha256)


def test_tenants_share_no_content(bucket: Bucket, blobs: Blobs) -> None:
    other = open_blobs(Settings(files_url="s3://kept/crm"), "other")
    received = receive(blobs, io.BytesIO(png()), "a.png", 1_000)
    assert not other.has(received.sha256)
    assert list(other.list()) == []
    other.clear()
    assert len(bucket.objects) == 1


def test_a_store_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch, bucket: Bucket, blobs: Blobs) -> None:
    monkeypatch.setattr("formwork.files.blobs.RETRY", {"max_retries": 0})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    away = open_blobs(Settings(files_url="s3://kept"), "acme")
    with pytest.raises(Unavailable) as caught:
        away.put("ab" * 32, io.BytesIO(b"x"))
    assert caught.value.code == "files_unavailable"


@pytest.mark.parametrize("url", ["http://host/bucket", "s3://", "bucket"])
def test_an_address_that_is_no_bucket_is_a_bad_setting(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_blobs(Settings(files_url=url), "acme")
    assert caught.value.code == "bad_setting"
