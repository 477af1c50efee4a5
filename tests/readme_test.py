#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""readme_test.py BUILT_EXAMPLE: the C++ program README.md shows is examples/hello_embed/main.cpp
to the letter, and prints what README.md shows. (tests/docs builds and runs the samples.)"""
import difflib, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
shown = re.search(r"^```cpp\n(.*?)^```\n```text\n(.*?)^```$", (ROOT / "README.md").read_text(), re.S | re.M)
if not shown:
    sys.exit("README.md shows no C++ program")
built = (ROOT / "examples/hello_embed/main.cpp").read_text()
diff = list(difflib.unified_diff(shown.group(1).splitlines(), built.splitlines(), "README.md", "examples/hello_embed/main.cpp", lineterm=""))
if diff:
    sys.exit("\n".join(diff))
got = subprocess.run([sys.argv[1]], capture_output=True, text=True, timeout=60)
if (got.returncode, got.stdout) != (0, shown.group(2)):
    sys.exit(f"status {got.returncode}, printed {got.stdout!r}, expected {shown.group(2)!r}")
