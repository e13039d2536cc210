"""Compound files: written, and read by olefile, which shares no line with the writer."""

import struct

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csm_xl.excel.cfb import compound_file, streams

SIZES = [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8192, 70_000]


def content(size):
    return bytes(number * 7 % 251 for number in range(size))


def read(data):
    with olefile.OleFileIO(data, raise_defects=olefile.DEFECT_POTENTIAL) as file:
        return {"/".join(path): file.openstream(path).read() for path in file.listdir()}


def test_streams_of_every_size_are_read_back():
    tree = {f"of {size} bytes": content(size) for size in SIZES}
    file = compound_file({**tree, "inner": {"again": {**tree}}})
    expected = tree | {f"inner/again/{name}": data for name, data in tree.items()}
    assert read(file) == expected
    assert streams(file) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text("abcXYZ09_ éΣ", min_size=1, max_size=31), st.integers(0, 6000), max_size=40
    ).filter(lambda tree: len({name.upper() for name in tree}) == len(tree))
)
def test_any_directory_is_read_back(sizes):
    tree = {name: content(size) for name, size in sizes.items()}
    file = compound_file({"VBA": tree})
    assert read(file) == {f"VBA/{name}": data for name, data in tree.items()} == streams(file)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60))
def test_the_directory_is_a_red_black_tree(count):
    file = compound_file({f"S{number}": b"" for number in range(count)})
    (first,) = struct.unpack_from("<I", file, 48)
    at = (first + 1) * 512

    def entry(number):
        name_length, _, colour, left, right, child = struct.unpack_from(
            "<HBB3I", file, at + number * 128 + 64
        )
        name = file[at + number * 128 :][: name_length - 2].decode("utf-16-le")
        return name, colour, left, right, child

    def heights(number):
        """The number of black entries on the way down; the names in order."""
        if number == 0xFFFFFFFF:
            return 1, []
        name, colour, left, right, _ = entry(number)
        if colour == 0:
            below = [entry(each)[1] for each in (left, right) if each != 0xFFFFFFFF]
            assert 0 not in below
        (one, before), (other, after) = heights(left), heights(right)
        assert one == other
        return one + colour, [*before, name, *after]

    top = entry(0)[4]
    assert entry(top)[1] == 1
    names = heights(top)[1]
    assert names == sorted(names, key=lambda name: (len(name), name.upper())) and len(names) == count


def test_a_file_whose_table_of_sectors_needs_a_list_of_its_own():
    data = content(8_000_000)  # more than the 109 sectors of table that the header lists
    file = compound_file({"large": data, "small": b"x"})
    assert struct.unpack_from("<I", file, 72)[0] == 1
    assert read(file) == {"large": data, "small": b"x"} == streams(file)


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "a:b", "a!b", "a\\b", "\U0001f600" * 16])
def test_a_name_that_no_reader_takes_is_refused(name):
    with pytest.raises(ValueError, match="cannot name"):
        compound_file({name: b""})


def test_two_members_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one name"):
        compound_file({"Sheet1": b"", "sheet1": b""})


def test_a_torn_file_is_told_and_never_read_for_ever():
    whole = compound_file({"VBA": {"dir": content(5000), "small": content(100)}, "PROJECT": b"x"})
    with pytest.raises(ValueError, match="not a compound file"):
        streams(b"PK\3\4" + whole)
    for cut in range(8, len(whole), 97):
        try:
            found = streams(whole[:cut])
        except ValueError:
            continue
        assert found.keys() <= {"VBA/dir", "VBA/small", "PROJECT"}
    for at in range(24, len(whole) - 4, 52):
        for planted in (0, 1, 0xFFFFFFF0):
            torn = whole[:at] + struct.pack("<I", planted) + whole[at + 4 :]
            try:
                streams(torn)
            except ValueError:
                continue
