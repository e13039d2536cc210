"""olevba, a reader of VBA projects by other hands (oletools, BSD), and what it reads of one."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it speaks to older versions of its own libraries
    from oletools.olevba import VBA_Parser, decompress_stream


def decompressed(container):
    """A compressed container, by olevba."""
    return bytes(decompress_stream(bytearray(container)))


def modules(project):
    """The text of each module of a vbaProject.bin, or of a workbook's bytes, by olevba."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = VBA_Parser("workbook", data=project)
        try:
            found = list(parser.extract_macros())
        finally:
            parser.close()
    return {name.rpartition(".")[0]: code for _, _, name, code in found}
