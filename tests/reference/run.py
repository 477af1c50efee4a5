#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py comments|doxygen : whether the API reference is complete.

comments: every public declaration has a comment of its own, as docs/doxygen_filter.py finds them:
  functions, types, fields, typedefs, macros; an enumerator, its own or its enumeration's. The filter is
  tried on declarations that have none. Doxygen's input has the lines of the header.
doxygen: Doxygen builds the reference without a warning, and finds the same things undocumented as
  the filter when their comments are taken away. Prints "skipped: ..." without doxygen.
Exit status 1 with what is wrong.
"""
import os, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))
sys.dont_write_bytecode = True
import doxygen_filter

INCLUDE = ROOT / "include"
HEADERS = sorted([*INCLUDE.glob("*.h"), *INCLUDE.glob("nacre/*.hpp"), INCLUDE / "nacre/detail/handle.hpp"])

# What the check must see: a declaration and whether it needs a comment.
SAMPLES = """// Example: a file.
#pragma once
namespace NACRE_PUBLIC nacre {
void one();  // -
// A comment.
void two();
void three();  // behind
void four(int a = 1,
          int b = 2);
// Several:
void five();
void six();

void seven();
// A type.
class Eight {
 public:
  Eight() = default;
  Eight(const Eight& other);
  ~Eight();
  explicit Eight(int);
  template <class T>
  requires(sizeof(T) > 1 && requires(T& t) { t.f(); })
  T nine(T t) const { return t; }
  // Internal.
  void ten();

 private:
  void eleven();
};
class Twelve;
struct Thirteen {
  int fourteen = 1;
  uint64_t fifteen = uint64_t{1} << 3;  // bytes
};
enum class Sixteen { seventeen };
namespace detail {
void eighteen();
}
}  // namespace nacre
#define NINETEEN 1
"""
WANTED = ["void four(int a = 1, int b = 2)", "void seven()", "explicit Eight(int)", "T nine(T t) const",
          "struct Thirteen", "int fourteen = 1", "enum class Sixteen", "seventeen", "NINETEEN"]


def undocumented(text):
    """(line, declaration) of what has no comment, in the order of the file."""
    _, _, found, _ = doxygen_filter.declarations(text)
    enums = [d for d in found if d.kind == "member" and re.match(r"(typedef )?enum\b", d.head)]
    out = []
    for d in sorted(found, key=lambda d: d.start):
        if d.exempt or (d.comment and any(w.strip() for w in d.comment)):
            continue
        if d.kind == "enumerator" and any(e.comment and e.start < d.start < e.stop for e in enums):
            continue
        out.append((d.first + 1, " ".join(re.sub(r"^template <.*?> ", "", doxygen_filter.clean_head(d.head)).split())))
    return out


def check_comments(failures):
    got = [head for _, head in undocumented(SAMPLES)]
    if got != WANTED:
        failures.append(f"the check itself: found {got}\nwanted {WANTED}")
    count = 0
    for header in HEADERS:
        text = header.read_text()
        _, _, found, _ = doxygen_filter.declarations(text)
        count += sum(not d.exempt for d in found)
        for line, head in undocumented(text):
            failures.append(f"{header.relative_to(ROOT)}:{line}: no comment: {head}")
        if doxygen_filter.filtered(text).count("\n") != text.count("\n"):
            failures.append(f"{header.relative_to(ROOT)}: the filter changes the number of lines")
    print(f"{count} declarations in {len(HEADERS)} headers")


def doxygen(options, cwd=ROOT):
    """The lines Doxygen complains with, and its exit status."""
    config = (ROOT / "docs/Doxyfile").read_text() + "\n" + options
    r = subprocess.run(["doxygen", "-"], cwd=cwd, input=config, capture_output=True, text=True)
    return [l for l in (r.stdout + r.stderr).splitlines() if l.strip()], r.returncode


def check_doxygen(failures):
    if not shutil.which("doxygen"):
        print("skipped: no doxygen")
        return
    with tempfile.TemporaryDirectory() as tmp:
        lines, status = doxygen(f"OUTPUT_DIRECTORY = {tmp}/good\n")
        failures.extend(lines)
        if status and not lines:
            failures.append(f"doxygen ends with status {status}")
        pages = {p.name for p in pathlib.Path(tmp).rglob("*.html")}
        for page in ("classnacre_1_1Module.html", "classnacre_1_1wasi_1_1Handle.html", "wasm_8h.html"):
            if page not in pages:
                failures.append(f"the reference has no page {page}")
        # Without its comment a function is an error.
        bad = pathlib.Path(tmp) / "bad.hpp"
        bad.write_text((INCLUDE / "nacre/coredump.hpp").read_text().replace("// Writes a coredump", "\n// Writes a coredump")
                       .replace("limit (more than 4 GiB of data), io.", "limit, io.\n"))
        lines, status = doxygen(f"OUTPUT_DIRECTORY = {tmp}/bad\nINPUT = {bad}\nUSE_MDFILE_AS_MAINPAGE =\n")
        if status == 0 or not any("write_coredump" in l and "not documented" in l for l in lines):
            failures.append(f"a function without a comment passes: status {status}, {lines}")
        print(f"{len(pages)} pages")


def main():
    failures = []
    {"comments": check_comments, "doxygen": check_doxygen}[sys.argv[1]](failures)
    sys.exit("\n".join(failures) if failures else 0)


main()
