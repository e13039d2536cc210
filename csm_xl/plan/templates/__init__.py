"""Plan templates: a starting point for each pay model, and the classic starter plan, as TOML files."""

from __future__ import annotations

from importlib.resources import files

from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.plan.names import did_you_mean, plain_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.toml import from_toml


def template_names() -> tuple[str, ...]:
    """The templates there are, in order of the alphabet.

    >>> template_names()
    ('base_bonus', 'base_only', 'base_quota', 'base_variable', 'revenue_centric', 'starter')
    """
    found = (file.name for file in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def template_text(name: str) -> str:
    """A template as TOML text, with its comments. Errors: #N/A where there is no such template.

    >>> template_text("starter").splitlines()[0]
    '# The starter plan: a gentle bonus on retention and personal goals, and commission on upsell.'
    """
    plain = plain_name(name)
    if plain not in template_names():
        raise CsmError(
            NOT_FOUND,
            "there is no such plan template",
            "template",
            name,
            f"{did_you_mean(name, template_names())}Allowed: {', '.join(template_names())}.",
        )
    return files(__package__).joinpath(f"{plain}.toml").read_text(encoding="utf-8")


def read_template(name: str) -> list[RawTable]:
    """The plan tables of a template, to be read by `csm_xl.plan.tables.read_tables`.

    >>> [(raw.name, len(raw.rows) - 1) for raw in read_template("starter")]
    [('plans', 2), ('components', 4), ('curves', 3)]
    """
    return from_toml(template_text(name), f"{plain_name(name)}.toml")
