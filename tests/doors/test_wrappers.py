"""The VBA that Excel calls the functions through, as xlwings writes it and as it is amended."""

import re

import pytest
from windows import udf_module

from csm_xl.excel.vba import RESERVED
from csm_xl.excel.wrappers import vba_module
from csm_xl.functions import REGISTRY


@pytest.fixture(scope="module")
def text():
    return vba_module(udf_module())


def test_every_function_has_a_wrapper_with_its_arguments(text):
    wrappers = dict(re.findall(r"^Function (CSM_\w+)\((.*)\)$", text, re.MULTILINE))
    assert set(wrappers) == set(REGISTRY)
    assert wrappers["CSM_TIERPAY"] == "amount, tiers, Optional mode, Optional prior, Optional tie"
    assert wrappers["CSM_DAYS"] == "period_start, period_end, Optional from_, Optional to_"
    assert wrappers["CSM_PAYOUTS"] == "period, ParamArray tables()"
    assert wrappers["CSM_VERSION"] == ""


def test_no_argument_is_a_word_that_vba_keeps_for_itself(text):
    for arguments in re.findall(r"^Function CSM_\w+\((.*)\)$", text, re.MULTILINE):
        for argument in filter(None, arguments.split(", ")):
            assert argument.split()[-1].removesuffix("()") not in RESERVED


def test_a_failure_becomes_an_error_value_and_never_text(text):
    failed = re.findall(r"^failed:\n\s*(.*)$", text, re.MULTILINE)
    assert failed == [
        f"{name} = CsmFailed(Err.Description, Application.Caller.Address(External:=True))"
        for name in sorted(REGISTRY)
    ]
    assert "= Err.Description" not in text
    helper = text[text.index("Function CsmFailed") : text.index("End Function")]
    assert re.findall(r'CVErr\((\d+)\)|"CSM_CVERR_(\d+)"', helper) == [
        ("2015", ""), ("", "2042"), ("2042", ""), ("", "2036"), ("2036", ""),
    ]  # fmt: skip


def test_the_wizard_learns_every_function_and_argument(text):
    for name, function in REGISTRY.items():
        start = text.index(f"Private Sub Help_{name}()")
        helper = text[start : text.index("End Sub", start)]
        assert f'Category:="CSM {function.category}"' in helper
        spoken = re.sub(r"ChrW\((\d+)\)", lambda found: f'"{chr(int(found[1]))}"', helper).replace(
            '" & "', ""
        )
        for parameter in function.parameters:
            assert f'"{parameter.help}"'.replace('""', '"') in spoken
        assert f"    Help_{name}\n" in text[text.index("Public Sub CsmDescribeFunctions") :]


def test_no_line_is_longer_than_vba_reads_and_none_is_continued_too_often(text):
    assert max(map(len, text.splitlines())) <= 1023
    assert len(re.findall(r"(?: _\n.*){25}", text)) == 0
    assert text.isascii()  # what a machine's own code page would read otherwise


def test_a_wrapper_of_another_shape_is_refused(monkeypatch):
    """A later xlwings may write other wrappers: they must not be shipped unamended."""
    module = udf_module()  # with the stand-ins that `xlwings.udfs` needs elsewhere than on Windows
    from xlwings import udfs

    write = udfs.generate_vba_wrapper

    def other(name, module, out, book):
        write(name, module, out, book)
        out.seek(0)
        changed = out.read().replace("CSM_OTE = Err.Description", "CSM_OTE = Err.Text")
        out.seek(0)
        out.truncate()
        out.write(changed)

    monkeypatch.setattr(udfs, "generate_vba_wrapper", other)
    with pytest.raises(ValueError, match="CSM_OTE"):
        vba_module(module)
