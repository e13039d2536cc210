"""A text file is read in the one encoding that its letters allow, or refused."""

import pytest

from csm_xl.errors import CsmError
from csm_xl.plan.encodings import damaged_text, decoded

WESTERN = (
    "Zürich, Genève, São Paulo, Málaga, Ærø, Göteborg, Ålesund, Œuvre, ÉTÉ, MÜNCHEN, L’Étoile, L'Étoile,"
    " Saint‑Étienne".replace("‑", "–")
    + ", paral·lel, ¿Qué?, “quoted”, Größe 5 m², 20 °C, £5, 3 €, n.º 4,"
    " Ça va…, naïve, coöperatie, Müller–Lüdenscheidt, ±5, Český Krumlov".replace("Český", "Cesky")
)


@pytest.mark.parametrize("word", WESTERN.split(", "))
def test_words_of_western_languages_are_read_as_windows_1252(word: str) -> None:
    assert decoded(f"id,team\nE1,{word}\n".encode("cp1252"), "roster.csv").endswith(f"{word}\n")


@pytest.mark.parametrize(
    ("word", "encoding"),
    [
        ("北日本", "shift-jis"), ("営業部", "shift-jis"), ("北方", "gbk"), ("北區", "big5"),
        ("북부", "euc-kr"), ("Łódź", "cp1250"), ("Wrocław", "cp1250"), ("Север", "cp1251"),
        ("Север", "koi8-r"),
        ("Αθήνα", "cp1253"), ("Zürich", "mac-roman"), ("Genève", "cp850"), ("Zürich", "cp850"),
        ("ירושלים", "cp1255"), ("القاهرة", "cp1256"),
    ],
)  # fmt: skip
def test_another_encoding_is_refused_with_its_line(word: str, encoding: str) -> None:
    with pytest.raises(CsmError) as refused:
        decoded(f"id,team\nE1,{word}\n".encode(encoding), "roster.csv")
    (issue,) = refused.value.issues
    assert issue.where == "roster.csv line 2" and "CSV UTF-8" in issue.hint


def test_letters_that_were_lost_before_are_named_once() -> None:
    twice = "Zürich".encode().decode("cp1252")
    for word in (twice, "Z\ufffdrich", "it’s".encode().decode("cp1252")):
        (issue,) = damaged_text(f"id,team\nE1,North\nE2,{word}\nE3,{word}\n", "roster.csv")
        assert (issue.severity, issue.where, issue.got) == ("warning", "roster.csv line 3", word)


@pytest.mark.parametrize("word", ["Zürich", "SÃO PAULO", "Â", "北日本", "naïve", "plain"])
def test_letters_that_are_whole_are_not_named(word: str) -> None:
    assert damaged_text(f"id,team\nE1,{word}\n", "roster.csv") == []
