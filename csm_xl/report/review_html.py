"""A review pack as one HTML file: styles and pictures inside, no script, nothing to fetch."""

from __future__ import annotations

from html import escape
from typing import Final

from csm_xl.report import words
from csm_xl.report.review import in_short
from csm_xl.report.review_parts import (
    ROUNDED,
    Block,
    Grid,
    Pack,
    Pair,
    Picture,
    Points,
    Section,
    Text,
    Tiles,
)
from csm_xl.report.review_scene import svg
from csm_xl.report.style import AMBER, AMBER_FILL, AMBER_TEXT, GREY, INK, NAVY, PALE, RULE, TEAL

_STYLE: Final = f"""
:root{{color-scheme:light}}
*{{box-sizing:border-box}}
body{{margin:0;background:#fff;color:{INK};font:15px/1.5 Carlito,Calibri,"Segoe UI",Roboto,Arial,sans-serif}}
header{{background:{NAVY};color:#fff;padding:28px 0}}
main,header>div{{max-width:880px;margin:0 auto;padding:0 24px}}
header h1{{margin:0;font-size:30px;line-height:1.15}}
header p{{margin:6px 0 0;color:#D5DEE9}}
h2{{color:{NAVY};font-size:22px;line-height:1.25;margin:2px 0 14px}}
h3,figcaption b{{color:{NAVY};font-size:15.5px;line-height:1.3}}
h3{{margin:22px 0 6px}}
section{{margin:38px 0 0;padding-top:18px;border-top:1px solid {RULE}}}
.topic{{margin:0;color:{GREY};font-size:13px;font-weight:700;letter-spacing:.04em;text-transform:uppercase}}
.tiles{{display:grid;grid-template-columns:repeat(auto-fit,minmax(145px,1fr));gap:12px;margin:24px 0}}
.tiles div{{background:{PALE};border-top:3px solid {TEAL};padding:10px 14px}}
.tiles span{{display:block;color:{GREY};font-size:13px}}
.tiles b{{display:block;color:{NAVY};font-size:25px;line-height:1.3}}
.note{{background:{AMBER_FILL};border-left:4px solid {AMBER};color:{AMBER_TEXT};
margin:12px 0;padding:9px 14px}}
.plain{{color:{GREY};font-size:13.5px}}
figure{{margin:20px 0 0;break-inside:avoid}}
figcaption{{margin:0 0 8px}}
figure small{{display:block;color:{GREY};font-size:12px;margin-top:4px}}
svg{{display:block;width:100%;height:auto;font-family:inherit}}
.pair{{display:grid;grid-template-columns:1fr 1fr;gap:8px 28px}}
.lead,.short,h2{{break-inside:avoid}}
table{{border-collapse:collapse;table-layout:fixed;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}}
th{{background:{NAVY};color:#fff;text-align:left;padding:5px 8px;vertical-align:bottom;line-height:1.25}}
td{{border-bottom:1px solid {RULE};padding:4px 8px;vertical-align:top;overflow-wrap:anywhere}}
.r{{text-align:right;white-space:nowrap}}
th.r{{white-space:normal}}
tr{{break-inside:avoid}}
tr.sum td{{border-top:1.5px solid {NAVY};border-bottom:0;color:{NAVY};font-weight:700}}
ul{{margin:10px 0;padding-left:20px}}
li{{margin:4px 0}}
a{{color:{NAVY}}}
footer{{margin:44px 0 32px;padding-top:12px;border-top:1px solid {RULE};color:{GREY};font-size:12.5px}}
@page{{size:A4;margin:15mm 14mm}}
@media print{{
body{{font-size:11pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}}
main,header>div{{max-width:none;padding:0 10px}}
h2,h3,.topic,figcaption{{break-after:avoid}}
section{{margin-top:24px}}
a{{text-decoration:none}}
}}
@media(max-width:640px){{.pair{{grid-template-columns:1fr}}table{{min-width:600px}}.wide{{overflow-x:auto}}}}
""".strip()
_RIGHT: Final = ' class="r"'
_SUM: Final = ' class="sum"'
_SHORT: Final = 14
"""Tables of at most this many rows are printed on one page."""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def html(pack: Pack) -> str:
    """The pack as an HTML document; the same pack gives the same text.

    Ids and names are as text, whatever is in them; what steers a page is as its code.
    """
    title = f"Plan review {words.plain(pack.period)}"
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
    )
    notices = "".join(f'<p class="note">{_safe(said)}</p>\n' for said in pack.notices)
    sections = "\n".join(_section(section) for section in pack.sections)
    return (
        f"{head}<body>\n<header><div><h1>{_safe(title)}</h1>\n"
        f"<p>{_safe(pack.for_whom)}</p>"
        f"</div></header>\n<main>\n{_tiles(pack.tiles)}{notices}"
        f"<h3>In short</h3>\n{_points(in_short(pack))}{sections}\n{_foot(pack)}</main>\n</body>\n</html>\n"
    )


def _safe(text: str) -> str:
    return escape(words.plain(text), quote=True)


def _foot(pack: Pack) -> str:
    said = f"{ROUNDED} Confidential. csm-xl {pack.version}, plan fingerprint {pack.fingerprint}."
    return f"<footer>{_safe(said)}</footer>\n"


def _section(section: Section) -> str:
    blocks = [_block(block, f"{section.key}-{at}") for at, block in enumerate(section.blocks)]
    key = _safe(section.key)
    head = f'<p class="topic">{_safe(section.topic)}</p>\n<h2 id="{key}-title">{_safe(section.title)}</h2>\n'
    if isinstance(section.blocks[0], Picture):  # a title never is on another page than its picture
        head, blocks = f'<div class="lead">\n{head}{blocks[0]}</div>\n', blocks[1:]
    return f'<section id="{key}" aria-labelledby="{key}-title">\n{head}{"".join(blocks)}</section>'


def _block(block: Block, name: str) -> str:
    match block:
        case Text():
            return f'<p class="{"note" if block.note else "plain"}">{_safe(block.said)}</p>\n'
        case Points():
            return _points(block)
        case Tiles():
            return _tiles(block)
        case Grid():
            return _grid(block)
        case Picture():
            return _picture(block, name, f"\n<small>Source: {_safe(block.source)}</small>")
        case Pair():
            each = "".join(_picture(one, f"{name}-{at}") for at, one in enumerate(block.pictures))
            sources = "; ".join(dict.fromkeys(one.source for one in block.pictures))
            return f'<div class="pair">{each}</div>\n<p class="plain">Source: {_safe(sources)}</p>\n'


def _points(block: Points) -> str:
    items = "".join(
        f'<li><a href="#{_safe(key)}">{_safe(said)}</a></li>\n' if key else f"<li>{_safe(said)}</li>\n"
        for said, key in block.said
    )
    return f"<ul>\n{items}</ul>\n"


def _tiles(block: Tiles) -> str:
    each = "".join(
        f"<div><span>{_safe(what)}</span><b>{_safe(figure)}</b><span>{_safe(under)}</span></div>"
        for what, figure, under in block.figures
    )
    return f'<div class="tiles">{each}</div>\n' if each else ""


def _picture(block: Picture, name: str, source: str = "") -> str:
    return (
        f"<figure><figcaption><b>{_safe(block.title)}</b></figcaption>\n"
        f"{svg(block.scene, block.alt, _safe(name))}{source}</figure>\n"
    )


def _grid(block: Grid) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        return "".join(
            f"<{tag}{scope}{_RIGHT if at in block.numbers else ''}>{_safe(cell)}</{tag}>"
            for at, cell in enumerate(row)
        )

    last = len(block.rows) - 1
    short = " short" if last < _SHORT else ""
    columns = "".join(f'<col style="width:{share:.0%}">' for share in block.shares)
    rows = "".join(
        f"<tr{_SUM if block.summed and at == last else ''}>{cells(tuple(row), 'td')}</tr>\n"
        for at, row in enumerate(block.rows)
    )
    return (
        f'<h3>{_safe(block.title)}</h3>\n<div class="wide{short}"><table>\n{columns}<thead><tr>'
        f"{cells(tuple(block.head), 'th')}"
        f"</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
