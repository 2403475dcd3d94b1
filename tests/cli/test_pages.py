"""What the pages show of the command line works, in their order, in an empty folder, against the stand-in."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from arize_integrations.testing import StandInServer
from arize_integrations_api.contract import OPERATIONS

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "docs/guide/command-line.md"]

if len(OPERATIONS) < 5:
    pytest.skip("the document has not all operations", allow_module_level=True)


# Nobody is there to be asked, and the stand-in is there already.
PREAMBLE = """
set -e
arize-integrations() {
    case $1 in
        stand-in) return ;;
        delete | apply) set -- "$@" --yes ;;
    esac
    ARIZE_BASE_URL=$STAND_IN command arize-integrations "$@"
}
command -v jq >/dev/null || jq() { cat; }
"""


@pytest.mark.parametrize("page", PAGES)
def test_every_shell_block_of_a_page_runs(environment: dict[str, str], tmp_path: Path, page: str) -> None:
    blocks = re.findall(r"```shell\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert blocks
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    names = ("PRODUCTION_OPENAI_API_KEY", "CLAUDE_THROUGH_THE_GATEWAY_API_KEY", "ANTHROPIC_API_KEY", "NEW_KEY")
    variables = {"PATH": path, "HOME": str(tmp_path)} | dict.fromkeys(names, "not-a-real-key")
    with StandInServer([]) as server:
        server.add("LLM", name="Production OpenAI")
        done = subprocess.run(
            ["bash", "-c", PREAMBLE + "\n".join(blocks)],
            cwd=tmp_path,
            env=environment | variables | {"STAND_IN": server.base_url},
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()
