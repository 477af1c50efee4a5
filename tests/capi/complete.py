#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a C program that names every function the C headers declare: complete.py CC INCLUDE_DIR OUT.

Linking it shows that the library has them all.
"""
import re, subprocess, sys

cc, include, out = sys.argv[1:4]
text = subprocess.run([cc, "-E", "-P", "-I", include, "-x", "c", "-"], input="#include <nacre.h>\n",
                      stdout=subprocess.PIPE, check=True, text=True).stdout
text = re.sub(r"__attribute__\s*\(\([^;{]*?\)\)\)?", "", text)
names = set()
depth = 0
for piece in re.split(r"([;{}])", text):
    if piece == "{":
        depth += 1
    elif piece == "}":
        depth -= 1
    elif depth == 0 and "static" not in piece and "typedef" not in piece:
        m = re.search(r"\b((?:wasm|nacre)_\w+)\s*\(", piece)
        if m and "=" not in piece:
            names.add(m.group(1))
inline = set(re.findall(r"static[^;{}]*?\b((?:wasm|nacre)_\w+)\s*\([^;{}]*\)\s*{", text))
names -= inline
assert len(names) > 400, len(names)
with open(out, "w") as f:
    f.write("#include <nacre.h>\n#include <stdio.h>\ntypedef void (*function)(void);\n")
    f.write("static const function functions[] = {\n")
    f.writelines(f"  (function){n},\n" for n in sorted(names))
    f.write("};\nint main(void) {\n  size_t i, n = sizeof functions / sizeof *functions;\n")
    f.write("  for (i = 0; i < n; ++i)\n    if (!functions[i]) return 1;\n")
    f.write('  printf("%d functions\\n", (int)n);\n  return 0;\n}\n')
