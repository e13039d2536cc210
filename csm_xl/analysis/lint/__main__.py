"""Print the page of rules: ``python -m csm_xl.analysis.lint > docs/LINT.md``."""

from csm_xl.analysis.lint import rules_text

if __name__ == "__main__":
    print(rules_text(), end="")
