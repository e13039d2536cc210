"""Microsoft's own packages judge the add-in: its types our JavaScript, its generator our metadata."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from csm_xl.functions import REGISTRY, Function
from csm_xl.office.metadata import functions_json, shortened

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SITE = ROOT / "csm_xl" / "office" / "site"
TOOLS = ROOT / "tools" / "node_modules"
_TSC = (
    "--noEmit", "--allowJs", "--checkJs", "--strict", "--noUnusedLocals", "--skipLibCheck",
    "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler",
    "--lib", "es2022,dom,dom.iterable",
    "--typeRoots", str(TOOLS / "@types"), "--types", "office-js,custom-functions-runtime",
)  # fmt: skip


def type_errors(site: Path) -> str:
    """What TypeScript finds in the scripts of the page."""
    tsc = TOOLS / "typescript" / "bin" / "tsc"
    scripts = sorted(map(str, site.glob("*.js")))
    asked = ["node", tsc, *_TSC, HERE / "office_types.d.ts", *scripts]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_scripts_fit_the_types_of_office_js(tmp_path: Path) -> None:
    assert type_errors(SITE) == ""
    broken = Path(shutil.copytree(SITE, tmp_path / "site"))
    script = broken / "excel.js"
    script.write_text(script.read_text("utf-8").replace("getRangeByIndexes(", "getRangeByIndices("), "utf-8")
    assert "Property 'getRangeByIndices' does not exist on type 'Worksheet'" in type_errors(broken)


def as_documented(function: Function) -> str:
    """A function as Microsoft's generator reads it: JavaScript with its tags."""
    lines = [shortened(function.summary), f"@customfunction {function.name} {function.name}"]
    for one in function.parameters:
        many = one.rank == "tables"
        name = one.name if one.required or many else f"[{one.name}]"
        lines.append(f"@param {{any[][]{'[]' if many else ''}}} {name} {shortened(one.help)}")
    lines += ["@param {CustomFunctions.Invocation} invocation", "@returns {any[][]}"]
    lines += ["@requiresParameterAddresses", *(["@volatile"] if function.recalls else [])]
    names = ", ".join([*(one.name for one in function.parameters), "invocation"])
    tags = "".join(f" * {line}\n" for line in lines)
    return f"/**\n{tags} */\nexport function {function.name}({names}) {{}}\n"


_GENERATE = """
const { generateCustomFunctionsMetadata } = require(process.argv[1]);
generateCustomFunctionsMetadata([process.argv[2]], false).then(({ metadataJson, errors }) =>
  console.log(JSON.stringify([JSON.parse(metadataJson).functions, errors])));
"""


def generated(folder: Path) -> list[dict[str, Any]]:
    """What Microsoft's generator writes of the functions of the registry."""
    source = folder / "functions.js"
    source.write_text("\n".join(map(as_documented, REGISTRY.values())), "utf-8")
    module = TOOLS / "custom-functions-metadata" / "lib" / "generate.js"
    asked = ["node", "-e", _GENERATE, str(module), str(source)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    functions, errors = json.loads(done.stdout)
    assert errors == []
    return functions


def test_the_metadata_is_what_microsofts_generator_writes(tmp_path: Path) -> None:
    theirs = generated(tmp_path)
    for one in theirs:
        assert one["result"].setdefault("type", "any") == "any"  # left out, it is any
    assert functions_json()["functions"] == theirs
