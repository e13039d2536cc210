"""What the VBA editor would refuse of a project, as far as the text shows."""

import re
from collections import Counter

PROCEDURE = re.compile(
    r"(?:(?:Public|Private|Friend) )?(?:Static )?(Sub|Function|Property (?:Get|Let|Set)) (\w+)", re.IGNORECASE
)


BLOCKS = {
    "If": (r"If\b.*\bThen$", r"End If$"),
    "For": (r"For\b", r"Next\b"),
    "Select": (r"Select Case\b", r"End Select$"),
    "With": (r"With\b", r"End With$"),
    "Do": (r"Do\b", r"Loop\b"),
}
LETTERS = {*map(chr, range(32, 127)), "\n", "\t"}


def compiled(text):
    """What Excel on 64-bit Windows compiles of a module: the branches of its #If that hold there."""
    known = {"VBA7": True, "Win64": True, "Mac": False, "MAC_OFFICE_VERSION": 0}
    taken = []  # of each open #If: whether this branch holds, whether one has held
    lines = []

    def holds(condition):
        words = re.sub(r"\b(And|Or|Not)\b", lambda word: word[0].lower(), condition)
        return bool(eval(re.sub(r"(?<![<>])=", "==", words), {}, known))

    for line in text.split("\n"):
        bare = line.partition("'")[0].strip()
        if constant := re.fullmatch(r"#Const (\w+) = (.*)", bare):
            known[constant[1]] = eval(constant[2])
        elif opened := re.fullmatch(r"#(ElseIf|If) (.*) Then", bare):
            if opened[1] == "If":
                taken.append([False, False])
            held = not taken[-1][1] and holds(opened[2])
            taken[-1] = [held, taken[-1][1] or held]
        elif bare == "#Else":
            taken[-1] = [not taken[-1][1], True]
        elif bare == "#End If":
            taken.pop()
        else:
            assert not bare.startswith("#"), bare
            if all(held for held, _ in taken):
                lines.append(line)
    assert not taken, "#If is not closed"
    return "\n".join(lines)


def statements(text):
    """The lines of a module with the continued ones joined, without text and remarks."""
    for line in re.sub(r" _\n\s*", " ", text).split("\n"):
        bare = re.sub(r'"(?:[^"]|"")*"', '""', line)
        yield bare.partition("'")[0].strip()


def procedures(text):
    """The procedures of a module: kind, name and statements; unbalanced ones fail."""
    kind = name = None
    body: list[str] = []
    for line in statements(text):
        opened = PROCEDURE.match(line)
        if opened and not line.lower().startswith(("declare", "private declare")):
            assert kind is None, f"{name} is not ended before {opened[2]}"
            kind, name, body = opened[1].split()[0].lower(), opened[1] + " " + opened[2], []
        elif closed := re.fullmatch(r"End (Sub|Function|Property)", line, re.IGNORECASE):
            assert closed[1].lower() == kind, f"{name} is ended as {closed[1]}"
            yield name, body
            kind = None
        elif kind:
            body.append(line)
    assert kind is None, f"{name} has no end"


def faults(modules):
    """What a VBA editor would refuse of the modules."""
    for module, text in modules.items():
        yield from (f"{module}: {len(line)} characters" for line in text.split("\n") if len(line) > 1023)
        yield from (f"{module}: continued too often" for _ in re.findall(r"(?: _\n.*){25}", text))
        yield from (f"{module}: {sign!r}" for sign in sorted(set(text) - LETTERS))
        try:
            found = list(procedures(compiled(text)))
        except AssertionError as fault:
            yield f"{module}: {fault}"
            continue
        for name, count in Counter(name for name, _ in found).items():
            if count > 1:
                yield f"{module}: {name} is there twice"
        for name, body in found:
            if sum(map(len, body)) > 65_536:
                yield f"{module}: {name} is too long"
            for block, (opens, closes) in BLOCKS.items():
                if sum(bool(re.match(opens, line)) - bool(re.match(closes, line)) for line in body):
                    yield f"{module}: {name}: {block} is not closed"
            labels = {line[:-1] for line in body if re.fullmatch(r"\w+:", line)}
            for line in body:
                for wanted in re.findall(r"(?:GoTo|Resume) (\w+)$", line):
                    if wanted not in {"0", "Next"} | labels:
                        yield f"{module}: {name} jumps to {wanted}"
    # What other modules see is named once in the whole project.
    public = Counter(
        name.lower()
        for module, text in modules.items()
        if 'VB_Base = "' not in text
        for name in re.findall(r"^(?:Public )?(?:Sub|Function) (\w+)", compiled(text), re.M)
    )
    yield from (f"{name} is there in two modules" for name, count in public.items() if count > 1)
