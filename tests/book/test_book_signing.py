"""Keys of one's own: enrolled, required, checked, and who signs for somebody else is found."""

import stat

import pytest
from companies import closing
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from csm_xl.book import signing
from csm_xl.book.deciding import approve, change_policy, names_are_claimed, reject, signatures_required
from csm_xl.book.failures import RuleBroken
from csm_xl.book.hashing import SIGNED, event_hash, signed_bytes
from csm_xl.book.ledger import Book, content_hash
from csm_xl.book.store import Store
from csm_xl.book.verify import verify
from csm_xl.cli import app
from csm_xl.errors import CsmError


class Company:
    """A book in which some people have keys."""

    def __init__(self, place, folder):
        self.place, self.folder = place.create(), folder

    def book(self, who, signed=False):
        book = self.place.book(who)
        if signed:
            private = signing.private_key(self.folder / who, lambda: "")
            book.signing = lambda kept: signing.signer(kept, private)
        return book

    def by(self, who):
        return self.place.by(who)

    def enroll(self, who, approver):
        (self.folder / who).unlink(missing_ok=True)
        event = signing.enroll(self.book(who), signing.new_key(self.folder / who), self.by(who))
        self.approve(approver, event)
        return event

    def approve(self, who, event, signed=False):
        return approve(self.book(who, signed), event.id, event.hash, self.by(who))

    def require(self):
        event = signing.change_requirement(self.book("ann"), True, self.by("ann"))
        self.approve("cat", event)
        return event


@pytest.fixture
def company(place, tmp_path):
    """A book in which ann and bob have keys."""
    found = Company(place, tmp_path)
    found.enroll("ann", "bob")
    found.enroll("bob", "ann")
    return found


def test_where_signatures_are_required_only_a_signed_approval_decides(company):
    assert names_are_claimed(company.book("ann")) is company.place.sqlite
    company.require()
    assert not names_are_claimed(company.book("ann"))
    event = company.book("ann").post(closing(), company.by("ann"))
    for decide in (approve, lambda *words, by: reject(*words, "wrong", by=by)):
        with pytest.raises(RuleBroken) as broken:
            decide(company.book("cat"), event.id, by=company.by("cat"))
        assert broken.value.rule == "signed_decisions"
    assert company.approve("bob", event, signed=True).state == "approved"
    assert [one.signed for one in company.book("ann").events()][-2:] == [False, True]
    assert verify(company.book("ann")).findings == []


def test_the_requirement_changes_only_under_itself(company):
    rule = company.require()
    with pytest.raises(RuleBroken, match="a policy in force is not rejected"):
        reject(company.book("bob", True), rule.id, "no", by=company.by("bob"))
    lifted = signing.change_requirement(company.book("ann"), False, company.by("ann"))
    with pytest.raises(RuleBroken, match="this one is not"):
        company.approve("cat", lifted)
    assert signatures_required(company.book("ann"))
    company.approve("bob", lifted, signed=True)
    assert not signatures_required(company.book("ann"))
    company.approve("cat", company.book("ann").post(closing(), company.by("ann")))
    assert verify(company.book("ann")).findings == []


def test_signatures_are_not_required_where_nobody_could_approve(place, tmp_path):
    company = Company(place, tmp_path)
    company.enroll("ann", "bob")
    with pytest.raises(RuleBroken) as broken:
        company.require()
    assert broken.value.rule == "enough_keys"
    second = company.enroll("bob", "ann")
    company.require()
    with pytest.raises(RuleBroken) as broken:
        reject(company.book("ann", True), second.id, "lost", by=company.by("ann"))
    assert broken.value.rule == "keys_left"


def test_a_key_counts_once_a_colleague_has_approved_it_and_until_it_is_replaced_or_revoked(company):
    asked = signing.enroll(company.book("cat"), signing.new_key(company.folder / "cat"), company.by("cat"))
    with pytest.raises(CsmError, match="the key is undecided"):
        company.book("cat", True).post(closing(), company.by("cat"))
    company.approve("ann", asked)
    signing.enroll(company.book("cat"), signing.new_key(company.folder / "other"), company.by("cat"))
    first = company.book("cat", True).post(closing(), company.by("cat"))
    old = signing.private_key(company.folder / "cat", lambda: "")
    later = company.enroll("cat", "ann")
    stale = company.place.book("cat")
    stale.signing = lambda kept: signing.signer(kept, old)
    with pytest.raises(CsmError, match="the key is replaced"):
        stale.post(closing("2026-Q2"), company.by("cat"))
    # A revoked key does not bring back the one before it.
    reject(company.book("ann"), later.id, "lost", by=company.by("ann"))
    states = [one.state for one in signing.keys(company.book("ann"))]
    assert states == ["in force", "in force", "replaced", "undecided", "revoked"]
    for key in (asked, later):
        stale.signing = lambda kept, key=key: signing.KeySigner("cat", key.id, old)
        with pytest.raises(RuleBroken) as broken:
            stale.post(closing("2026-Q2"), company.by("cat"))
        assert broken.value.rule == "own_key"
    assert company.book("ann").event(first.id).signed
    assert verify(company.book("ann")).findings == []


def test_nobody_signs_with_the_key_of_somebody_else(company):
    company.require()
    event = company.book("ann").post(closing(), company.by("ann"))
    keys = {one.event.made_by: one.event.id for one in signing.keys(company.book("ann"))}
    private = signing.private_key(company.folder / "ann", lambda: "")
    forged = company.place.book("cat")
    forged.signing = lambda kept: signing.KeySigner("cat", keys["bob"], private)
    with pytest.raises(RuleBroken) as broken:
        approve(forged, event.id, by=company.by("cat"))
    assert broken.value.rule == "own_key"


def test_a_signature_by_another_key_is_found_although_every_hash_is_sound(company):
    """ann approves as bob, and names bob's key; she has her own alone."""
    company.require()
    event = company.book("cat").post(closing(), company.by("cat"))
    keys = {one.event.made_by: one.event.id for one in signing.keys(company.book("ann"))}
    forged = company.place.book("bob")
    private = signing.private_key(company.folder / "ann", lambda: "")
    forged.signing = lambda kept: signing.KeySigner("bob", keys["bob"], private)
    made = approve(forged, event.id, by=company.by("bob"))
    assert made.state == "approved"
    last = company.book("ann").head()[0]
    assert verify(company.book("ann")).findings == [
        f"the signature of event {last} is not by the key of event {keys['bob']}"
    ]


CHANGES = {
    "a signature": "UPDATE signature SET value = '" + "ab" * 64 + "'",
    "a lost signature": "DELETE FROM signature",
    "whose signature": "UPDATE signature SET key_id = 2",
    "a public key": "UPDATE event SET body = replace(body, 'key', 'kay') WHERE id = 4",
    "a lost key": "DELETE FROM event WHERE id = 4",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_signature_or_key_is_found(company, change):
    company.require()
    event = company.book("ann").post(closing(), company.by("ann"))
    company.approve("bob", event, signed=True)
    assert verify(company.book("ann")).findings == []
    with company.place.tampering() as connection:
        if company.place.sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql(CHANGES[change])
    assert verify(company.book("ann")).findings, change


def test_what_is_signed_is_everything_but_the_signature():
    row = dict.fromkeys(SIGNED, 1)
    said = signed_bytes(row)
    for name in row:
        assert signed_bytes({**row, name: 2}) != said and event_hash({**row, name: 2}) != event_hash(row)
    parts = {name: [] for name in ("span", "total", "entry", "attachment", "about", "portion", "signature")}
    assert content_hash({**parts, "signature": [(2, "00")]}) != content_hash(parts)


def test_a_key_file_is_private_and_may_have_a_passphrase(tmp_path):
    file = tmp_path / "key"
    public = signing.new_key(file, "secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in file.read_bytes()
    with pytest.raises(CsmError, match="there is a file already"):
        signing.new_key(file)
    assert signing.private_key(file, lambda: "secret").public_key().public_bytes_raw().hex() == public
    with pytest.raises(CsmError, match="passphrase is wrong"):
        signing.private_key(file, lambda: "guess")
    file.chmod(0o644)
    with pytest.raises(CsmError, match="others may read this key"):
        signing.private_key(file, lambda: "secret")
    with pytest.raises(CsmError, match="the key cannot be read"):
        signing.private_key(tmp_path / "none", lambda: "")
    (tmp_path / "text").write_text("no key")
    (tmp_path / "text").chmod(0o600)
    with pytest.raises(CsmError, match="not a private key"):
        signing.private_key(tmp_path / "text", lambda: "")
    assert signing.is_signature(public, b"x", "zz") is False
    other = Ed25519PrivateKey.generate()
    assert not signing.is_signature(public, b"x", other.sign(b"x").hex())


def run(*words, code=0, **options):
    done = CliRunner().invoke(app, [str(word) for word in words], **options)
    assert done.exit_code == code, done.output
    return done


def test_the_commands_enroll_keys_and_sign(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSM_XL_BOOK", "pay.book")
    run("book", "create", "pay.book", "--by", "ann")
    said = run("key", "new", "ann.key", "--by", "ann").stdout
    assert "Its fingerprint is" in said and "csm-xl approve 2" in said
    assert "there is a file already" in run("key", "new", "ann.key", "--by", "ann", code=2).stderr
    asked = run("key", "new", "bob.key", "--passphrase", "--by", "bob", input="secret\nsecret\n")
    assert "csm-xl approve 3" in asked.stdout
    assert "not verified. On PostgreSQL" in run("approve", "2", "--by", "bob").stderr
    run("approve", "3", "--by", "ann")
    listed = run("key", "list").stdout
    assert listed.count("in force") == 2
    assert (
        "Event 6 asks for signed approvals"
        in run("book", "policy", "--signatures", "required", "--by", "ann").stdout
    )
    assert "required or optional" in run("book", "policy", "--signatures", "yes", code=2).stderr
    assert "one policy is changed at a time" in run("book", "policy", code=2).stderr
    run("approve", "6", "--by", "bob")
    run("book", "policy", "--approvals", "2", "--by", "ann")
    assert "this one is not" in run("approve", "8", "--by", "bob", code=2).stderr
    wrong = run("approve", "8", "--key", "bob.key", input="guess\n", code=2).stderr
    assert "passphrase is wrong" in wrong
    done = run("approve", "8", "--key", "bob.key", input="secret\n")
    assert "is approved" in done.stdout and "Approvals in this book are signed" in done.stderr
    assert "bob (signed)" in run("ledger").stdout
    monkeypatch.setenv("CSM_XL_KEY", "ann.key")
    refused = run("reject", "8", "--reason", "x", code=2).stderr
    assert "a policy in force is not rejected" in refused
    assert "The book is sound" in run("ledger", "--verify").stdout


def test_a_book_with_signatures_is_copied_whole(company, tmp_path):
    from csm_xl.book.backup import backup

    company.require()
    asked = change_policy(company.book("ann"), 2, company.by("ann"))
    company.approve("bob", asked, signed=True)
    found = backup(company.book("ann"), tmp_path / "kept.book")
    assert found.findings == [] and Book(Store(str(tmp_path / "kept.book"))).events()[-1].signed
