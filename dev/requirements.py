"""Compile `requirements/*.in` into locks with hashes, for every system and Python we run on."""

import subprocess
import sys

from dev import uv
from dev.bootstrap import ROOT, TOOLS

SETS = ("base", "local", "test", "ops")


def main() -> int:
    command = uv.find(TOOLS)
    if command is None:
        raise uv.UvMissing("uv is not installed: run `make`.")
    for name in SETS:
        print(f"  requirements/{name}.txt", flush=True)
        compiled = subprocess.run(
            [
                *(command, "pip", "compile", "--quiet", f"{name}.in", "-o", f"{name}.txt"),
                *("--universal", "--python-version", "3.12", "--generate-hashes", "--no-annotate"),
            ],
            cwd=ROOT / "requirements",
            env=uv.surroundings(TOOLS),
            check=False,
        )
        if compiled.returncode != 0:
            return compiled.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
