"""VBA projects: compression and the streams, against the published format and readers of other hands."""

import io
import random
import struct
from importlib import resources
from zipfile import ZipFile

import olefile
import pytest
import xlwings
from hypothesis import example, given, settings
from hypothesis import strategies as st
from olevba_reader import decompressed, modules

from csm_xl.excel.ovba import Module, compress, decompress, module_sources, vba_project

QUICKSTARTS = ("quickstart_standalone.xlsm", "quickstart.xlsm", "addin/xlwings.xlam")
"""Workbooks with macros that Excel and xlwings' authors made."""


def unpacked(container):
    """[MS-OVBA] 2.4.1.3 step by step, in bits; nothing of it is the product's."""
    bits = lambda number, width: f"{number:0{width}b}"  # noqa: E731
    assert container[0] == 1
    at, out = 1, b""
    while at < len(container):
        header = bits(container[at] | container[at + 1] << 8, 16)
        size, signature, packed = int(header[4:], 2) + 3, header[1:4], header[0] == "1"
        assert signature == "011" and size <= 4098
        body, at = container[at + 2 : at + size], at + size
        if not packed:
            assert len(body) == 4096
            out += body
            continue
        chunk, place = b"", 0
        while place < len(body):
            flags, place = bits(body[place], 8)[::-1], place + 1
            for flag in flags:
                if place >= len(body):
                    break
                if flag == "0":
                    chunk, place = chunk + body[place : place + 1], place + 1
                    continue
                token, place = bits(body[place] | body[place + 1] << 8, 16), place + 2
                width = next(each for each in range(4, 13) if 2**each >= len(chunk))
                back, length = int(token[:width], 2) + 1, int(token[width:], 2) + 3
                assert back <= len(chunk)
                for _ in range(length):
                    chunk += chunk[-back:][:1]
        assert len(chunk) <= 4096 and (len(chunk) == 4096 or at == len(container))
        out += chunk
    return out


def assert_survives(data):
    packed = compress(data)
    assert unpacked(packed) == data
    assert decompressed(packed) == data
    assert decompress(packed) == data
    return packed


TEXT = st.text("\r\n\t ASubEndFunction0123456789()\"'=_é", max_size=3000).map(
    lambda text: text.encode("cp1252")
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(TEXT, st.tuples(TEXT, st.integers(1, 40)).map(lambda pair: pair[0] * pair[1])))
@example(b"")
@example(b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa")
def test_any_text_survives(data):
    assert_survives(data)


@pytest.mark.parametrize(
    ("data", "packed"),
    [
        (b"abcdefghijklmnopqrstuv.",
         "01 19B0 00 6162636465666768 00 696A6B6C6D6E6F70 00 71727374757 62E"),
        (b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
         "01 2FB0 00 2361616162636465 82 66 0070 616768696A 0138 08 616B6C 0030 6D6E6F70 06 71 0270 0410"
         " 7273747576 10 7778797A 003C"),
        (b"a" * 73, "01 03B0 02 61 4500"),
    ],
    ids=["none", "usual", "most"],
)  # fmt: skip
def test_the_examples_of_the_format(data, packed):
    """[MS-OVBA] 3.2.1 to 3.2.3."""
    packed = bytes.fromhex(packed.replace(" ", ""))
    assert len(compress(data)) == len(packed)  # of two runs of one length, either may be copied
    assert unpacked(packed) == data == decompress(packed)


@pytest.mark.parametrize(
    "size", [0, 1, 2, 3, 4, 16, 17, 32, 33, 2048, 2049, 4095, 4096, 4097, 4099, 8192, 8193]
)
@pytest.mark.parametrize("letters", [b"a", b"ab", b"Dim x As Long\r\n"])
def test_chunks_at_their_edges(letters, size):
    assert_survives((letters * size)[:size])


def test_noise_in_whole_chunks_is_kept_as_it_is():
    noise = random.Random(1).randbytes(3 * 4096)
    assert len(assert_survives(noise)) == 1 + 3 * 4098
    assert_survives(noise + b"Sub A()\r\nEnd Sub\r\n")


def test_noise_that_the_format_cannot_hold_is_refused_rather_than_changed():
    with pytest.raises(ValueError, match="last 4095 bytes"):
        compress(random.Random(1).randbytes(4096 + 4095))


def test_a_text_larger_than_64_kilobytes_gets_smaller():
    lines = (f"    Cells({number}, 1).Value = {number * number}\r\n" for number in range(6000))
    text = "".join(lines).encode()
    assert len(text) > 3 * 65_536
    assert len(assert_survives(text)) < len(text) / 2


@pytest.mark.parametrize("torn", [b"", b"\2", b"\1\0", b"\1\x03\xb0\x02a", b"\1\x04\xb0\x02a\xff\xff"])
def test_a_torn_container_is_told(torn):
    with pytest.raises(ValueError, match="text of the module"):
        decompress(torn)


def modules_by_olevba(project):
    return {name: text.replace("\r\n", "\n") for name, text in modules(project).items()}


SOURCE = st.text(
    st.characters(codec="cp1252", exclude_characters="\r\n\0", exclude_categories=("Cc",)) | st.just("\n"),
    max_size=400,
)


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.from_regex(r"\A[A-Z][a-z0-9]{0,29}_?\Z"), SOURCE, min_size=1, max_size=12))
def test_any_modules_survive(sources):
    modules = [
        Module(name, f'Attribute VB_Name = "{name}"\r\n' + text.replace("\n", "\r\n"))
        for name, text in sources.items()
    ]
    project = vba_project(modules)
    assert module_sources(project) == {module.name: module.source for module in modules}


def test_many_large_modules_are_read_whole_by_olevba():
    modules = [
        Module(
            f"Part{number}",
            f'Attribute VB_Name = "Part{number}"\r\n'
            + "".join(
                f"Sub P{number}_{line}()\r\n    x = {line * number}\r\nEnd Sub\r\n" for line in range(90)
            ),
            kind,
        )
        for number, kind in zip(range(45), ["module", "class", "document"] * 15, strict=True)
    ]
    project = vba_project(modules)
    assert project == vba_project(modules)
    found = modules_by_olevba(project)
    assert found == {module.name: module.source.replace("\r\n", "\n") for module in modules}


@pytest.mark.parametrize("name", ["", "1a", "a-b", "é", "a" * 32, "dir", "_a", "a b"])
def test_a_name_that_is_no_identifier_is_refused(name):
    with pytest.raises(ValueError, match="cannot name a module"):
        vba_project([Module(name, "")])


def test_all_that_is_wrong_with_modules_is_told_at_once():
    with pytest.raises(ValueError) as told:
        vba_project([Module("a", "x = Σ − 1"), Module("A", ""), Module("b", "é")])
    assert "'A' cannot name" in str(told.value) and "a: VBA cannot hold Σ −" in str(told.value)
    assert "b:" not in str(told.value)
    with pytest.raises(ValueError, match="needs a module"):
        vba_project([])


@pytest.mark.parametrize("file", QUICKSTARTS)
def test_projects_of_other_hands_are_read_as_olevba_reads_them(file):
    with resources.as_file(resources.files(xlwings).joinpath(file)) as path:
        project = ZipFile(path).read("xl/vbaProject.bin")
    found = {name: text.replace("\r\n", "\n") for name, text in module_sources(project).items()}
    assert found == modules_by_olevba(project)


def unhidden(coded):
    """[MS-OVBA] 2.4.3.3: the length and the data that CMG, DPB and GC hide, and the key of the project."""
    encoded = bytes.fromhex(coded)
    seed, version, key = encoded[0], encoded[0] ^ encoded[1], encoded[0] ^ encoded[2]
    assert version == 2
    plain, last = [], key
    for at in range(3, len(encoded)):
        last = encoded[at] ^ (encoded[at - 2] + last) % 256
        plain.append(last)
    skipped = (seed & 6) // 2
    (length,) = struct.unpack("<I", bytes(plain[skipped : skipped + 4]))
    assert len(plain) == skipped + 4 + length
    return key, bytes(plain[skipped + 4 :])


def described(project):
    with olefile.OleFileIO(io.BytesIO(project)) as file:
        text = file.openstream("PROJECT").read().decode("cp1252")
        compiled = file.openstream("VBA/_VBA_PROJECT").read()
        names = file.openstream("PROJECTwm").read()
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line), text, compiled, names


def test_the_project_is_open_visible_and_compiled_when_it_is_opened():
    with resources.as_file(resources.files(xlwings).joinpath("quickstart_standalone.xlsm")) as path:
        theirs = ZipFile(path).read("xl/vbaProject.bin")
    ours = vba_project([Module("ThisWorkbook", "", "document"), Module("M", ""), Module("C", "", "class")])
    for project in (theirs, ours):
        said, _, compiled, _ = described(project)
        key = sum(said["ID"].strip('"').encode()) % 256
        assert unhidden(said["CMG"].strip('"')) == (key, bytes(4))  # nothing is protected
        assert unhidden(said["DPB"].strip('"')) == (key, bytes(1))  # by no password
        assert unhidden(said["GC"].strip('"')) == (key, b"\xff")  # and it can be seen
        assert compiled == bytes.fromhex("CC61FFFF000100")
    _, text, _, names = described(ours)
    assert "Document=ThisWorkbook/&H00000000\r\nModule=M\r\nClass=C\r\n" in text
    twice = (
        name.encode() + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in ("ThisWorkbook", "M", "C")
    )
    assert names == b"".join(twice) + b"\0\0"
