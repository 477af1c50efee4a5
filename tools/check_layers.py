#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes flow one way: usage check_layers.py [PROJECT_ROOT].

Reads tools/layers.txt; every `#include "folder/..."` of a file in src/ must name the file's own
folder or one listed for it. System headers other than the C++ standard library's may appear
only in src/os. Tests and their support (*_test*, test_*) may include anything. Prints every violation; exit status 1.
"""
import pathlib, re, sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
allowed = {}
for line in (root / "tools/layers.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        name, _, rest = line.partition(":")
        allowed[name] = {name, *rest.split()}
std = set("""algorithm any array atomic bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes
climits clocale cmath compare complex concepts condition_variable coroutine csignal cstdarg cstddef cstdint cstdio
cstdlib cstring ctime cwchar deque exception filesystem forward_list fstream functional future initializer_list iomanip
ios iosfwd iostream istream iterator limits list locale map memory memory_resource mutex new numbers numeric optional
ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream stack
stdexcept stop_token streambuf string string_view system_error thread tuple type_traits typeindex typeinfo
unordered_map unordered_set utility valarray variant vector version limits.h stdint.h stddef.h""".split())
# Plain types of the public API that every layer speaks.
vocabulary = {f"nacre/{n}.hpp" for n in ("result", "features", "limits", "trap", "v128", "wasi", "string", "list", "span", "function", "growth", "memory_allocator")}
bad = 0
files = 0
for path in sorted((root / "src").rglob("*")):
    if path.suffix not in (".cpp", ".hpp", ".def") or "_test" in path.stem or path.stem.startswith("test_"):
        continue
    files += 1
    folder = path.relative_to(root / "src").parts[0]
    for n, line in enumerate(path.read_text().splitlines(), 1):
        m = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
        if not m:
            continue
        kind, name = m.groups()
        problem = None
        if name.startswith("nacre/"):
            if folder not in ("api", "capi", "script") and name not in vocabulary:
                problem = f"{folder} may not include the public header {name}"
        elif name in ("wasm.h", "nacre.h") and folder == "capi":
            pass
        elif kind == '"':
            if name.split("/")[0] not in allowed.get(folder, ()):
                problem = f"{folder} may not include {name}"
        elif name not in std and folder != "os":
            problem = f"system header <{name}> outside src/os"
        if problem:
            print(f"{path}:{n}: {problem}")
            bad += 1
for path in sorted((root / "src").iterdir()):
    if path.is_dir() and path.name not in allowed:
        print(f"{path}: folder missing in tools/layers.txt")
        bad += 1
print(f"{files} files checked, {bad} violations")
sys.exit(1 if bad or not files else 0)
