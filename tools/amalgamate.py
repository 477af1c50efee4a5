#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""amalgamate.py [--output DIR]: the library as two files, nacre.hpp and nacre.cpp.

    tools/amalgamate.py --output vendor
    c++ -std=c++20 -O2 -c vendor/nacre.cpp            # and: -pthread when linking
    c++ -std=c++20 app.cpp nacre.o -pthread           # with #include "nacre.hpp"

nacre.hpp is every C++ header of include/; wasm.h and nacre.h, for programs in C, are copied beside
it where the tree has them. nacre.cpp is every source of every layer that src/CMakeLists.txt puts
into the library, on every platform: what CMake chooses by file name is chosen by #if. The output
depends on nothing but the tree.

One translation unit has one scope where the tree has hundreds. Names of unnamed namespaces that
several files declare get the file's name appended, macros of a source file are undefined at its
end, and headers come before the first file that wants them.
"""
import argparse
import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
INCLUDE = ROOT / "include"

# What CMake chooses by file name: see cmake/nacre.cmake (nacre_layer) and src/CMakeLists.txt.
X64 = "(defined(__x86_64__) && defined(__LP64__)) || defined(_M_X64) || (defined(__x86_64__) && defined(_WIN32))"
X86 = "defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)"
ARM64 = "defined(__aarch64__)"
CONDITIONS = [
    (r"cpu_x64\.cpp$", X64),
    (r"cpu_other\.cpp$", f"!({X64})"),
    (r"float_env_x64\.cpp$", X86),
    (r"float_env_arm64\.cpp$", ARM64),
    (r"float_env_other\.cpp$", f"!({X86}) && !{ARM64}"),
    (r"_linux\.cpp$", "defined(__linux__)"),
    (r"_macos\.cpp$", "defined(__APPLE__)"),
    (r"_freebsd\.cpp$", "defined(__FreeBSD__)"),
    (r"_bsd\.cpp$", "defined(__APPLE__) || defined(__FreeBSD__)"),
    (r"_bsd\.cpp$", "defined(__APPLE__) || defined(__FreeBSD__)"),
    (r"_posix\.cpp$", "!defined(_WIN32)"),
    (r"_windows\.cpp$", "defined(_WIN32)"),
]

INCLUDE_LINE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]')
TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<d>[^()\s\\]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'"""
    r"""|^[ \t]*\#(?:[^\n\\]|\\\n|\\.)*|[A-Za-z_]\w*|\.?[0-9](?:[\w.']|[eEpP][+-])*|::|->|<<=|\s+|.""",
    re.S | re.M,
)


def layers():
    """The folders of the library, in CMake's order."""
    text = (SRC / "CMakeLists.txt").read_text()
    library = text[: text.index("get_property(layers")]
    return [n for n in re.findall(r"^nacre_layer\((\w+)", library, re.M) if (SRC / n).is_dir()]


def sources():
    for layer in layers():
        for path in sorted((SRC / layer).rglob("*.cpp")):
            if not path.name.endswith("_test.cpp"):
                yield path


def condition(path):
    for pattern, text in CONDITIONS:
        if re.search(pattern, path.name):
            return text
    return None


@functools.cache
def resolve(name):
    """The project's file an include names, or None."""
    for base in (SRC, INCLUDE):
        if (base / name).is_file():
            return base / name
    return None


class Output:
    """One of the two files. `conditions`: those of headers that only some platforms' sources use."""

    def __init__(self, conditions=None):
        self.conditions = conditions or {}
        self.seen = set()  # headers written
        self.system = set()  # system headers written unconditionally
        self.parts = []

    def write(self, text):
        self.parts.append(text)

    def text(self):
        return re.sub(r"\n{3,}", "\n\n", "".join(self.parts))

    def header(self, path):
        """Writes a header and those it includes, each once."""
        if path in self.seen:
            return
        self.seen.add(path)
        needs = self.conditions.get(path)
        if needs:
            self.headers_of(path)  # some may be for every platform
        self.section(path, self.expand(path, path.read_text(), needs), needs)

    def headers_of(self, path):
        for target in includes(path):
            if is_once(target):
                self.header(target)

    def section(self, path, text, needs):
        body = f"#if {needs}\n{text}#endif\n" if needs else text
        self.write(f"\n// ---- {path.relative_to(ROOT).as_posix()}\n{body}")

    def expand(self, path, text, conditional=False):
        """`text` with the project's files in place of their includes, headers only the first time;
        system headers once."""
        out = []
        depth = 1 if conditional else 0  # of preprocessor conditions
        for line in text.splitlines(keepends=True):
            directive = line.lstrip()[1:].lstrip() if line.lstrip().startswith("#") else ""
            depth += directive.startswith("if") - directive.startswith("endif")
            if directive.startswith("pragma once") or line.startswith("// SPDX-License-Identifier"):
                continue
            m = INCLUDE_LINE.match(line)
            target = m and resolve(m[2])
            if not m or (not target and (depth > 0 or path.suffix == ".h")):
                out.append(line)
            elif not target:
                if m[2] not in self.system:
                    self.system.add(m[2])
                    out.append(line)
            elif target not in self.seen:
                if is_once(target):
                    self.seen.add(target)
                    out.append(f"\n// ---- {target.relative_to(ROOT).as_posix()}\n")
                out.append(self.expand(target, target.read_text(), depth > 0))
        return "".join(out)


@functools.cache
def is_once(path):
    """Whether including a file twice is including it once."""
    text = path.read_text()
    return "#pragma once" in text or bool(re.search(r"^#ifndef \w+_H\w*$", text, re.M))


# ---- names of unnamed namespaces

KEYWORDS = set("""alignas alignof asm auto bool break case catch char char8_t char16_t char32_t class concept const consteval
constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double dynamic_cast else
enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept nullptr
operator private protected public register reinterpret_cast requires return short signed sizeof static static_assert
static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned using
virtual void volatile wchar_t while""".split())
PAIRS = {"(": ")", "[": "]", "{": "}"}


def tokens(text):
    return [m[0] for m in TOKEN.finditer(text)]


def is_space(token):
    return token.isspace() or token.startswith(("//", "/*")) or token.lstrip(" \t").startswith("#")


def statements(code, begin, end):
    """Splits tokens [begin, end) of a namespace's body into declarations: (first, last) index
    pairs, the last being that of the ';' or of the body's closing brace."""
    i = first = begin
    initialised = False  # behind '=': braces belong to the initialiser
    while i < end:
        t = code[i]
        if i == first:
            initialised = False
            while code[i] == "template":
                i = skip_angles(code, i + 1)
            t = code[i]
        if t == "=" and code[i - 1] != "operator":
            initialised = True
        if t in PAIRS:
            i = matching(code, i)
            if t == "{" and not initialised and not continues(code, i + 1, end):
                yield first, i
                first = i + 1
        elif t == ";":
            yield first, i
            first = i + 1
        i += 1


def continues(code, i, end):
    """Whether a declaration goes on after a closing brace: `} name;`, `};`, `}, b = 2;`."""
    return i < end and (code[i] in (";", ",", "=", "(", "[", "{", ".") or code[i] == "->")





def matching(code, i):
    depth = 0
    while i < len(code):
        if code[i] in ("(", "[", "{"):
            depth += 1
        elif code[i] in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return i
        i += 1
    raise SystemExit(f"unbalanced: {code[i - 20:i]}")


def skip_angles(code, i):
    """From '<' to behind its '>' in a template header."""
    depth = 0
    while True:
        if code[i] == "<":
            depth += 1
        elif code[i] == ">":
            depth -= 1
            if depth == 0:
                return i + 1
        elif code[i] in PAIRS:
            i = matching(code, i)
        i += 1


def declared_names(code, first, last):
    """The names the declaration [first, last] declares at namespace scope."""
    i = first
    while code[i] == "template":
        i = skip_angles(code, i + 1)
        while code[i] == "requires" or code[i] == "&":  # (condition), Concept<T>, both joined by &&
            i += 1
            if code[i] == "(":
                i = matching(code, i) + 1
            elif code[i] != "&":
                while code[i + 1] == "::":
                    i += 2
                i = skip_angles(code, i + 1) if code[i + 1] == "<" else i + 1
    while code[i] in ("inline", "static", "constexpr", "extern", "thread_local", "constinit", "typedef", "[[", "["):
        i = matching(code, i) + 1 if code[i] == "[" else i + 1
    head = code[i]
    if head in ("using", "static_assert", "namespace", "friend", ";"):
        return {code[i + 1]} if head == "using" and code[i + 2] == "=" else set()
    if head == "concept":
        return {code[i + 1]}
    if head in ("struct", "class", "union", "enum"):
        j = i + 1
        if code[j] in ("class", "struct"):
            j += 1
        names = set()
        while code[j] in ("[", "alignas", "NACRE_ALIGNED"):
            j = matching(code, j if code[j] == "[" else j + 1) + 1
        if code[j] not in PAIRS and code[j] != ":":
            k = j + 1
            if code[k] in ("{", ":", ";", "final"):
                names.add(code[j])
                if head == "enum" and i + 1 == j:  # unscoped: its enumerators too
                    while code[k] != "{":
                        k += 1
                    close = matching(code, k)
                    at = k + 1
                    while at < close:
                        names.add(code[at])
                        while at < close and code[at] != ",":
                            at = matching(code, at) + 1 if code[at] in PAIRS else at + 1
                        at += 1
                return names
    # A function or variables: the identifier before the first '(' '=' '{' '[' ';' or ',' outside
    # template arguments.
    names = set()
    previous = None
    while i <= last:
        t = code[i]
        if t == "operator":
            return names
        if t == "<" and previous and i + 1 <= last:
            i = skip_angles(code, i)
            previous = ">"
            continue
        if t in ("(", "=", "{", "[", ";", ","):
            if previous and re.match(r"[A-Za-z_]", previous) and previous not in KEYWORDS:
                if not (code_before(code, i, first) == "::"):
                    names.add(previous)
            if t == "(" and (previous is None or previous in KEYWORDS or previous == ">"):
                i = matching(code, i) + 1  # decltype(...), alignas(...)
                continue
            if t == "(" or t == "{":
                return names
            if t == "=":  # to the next declarator
                while i <= last and code[i] not in (",", ";"):
                    i = matching(code, i) + 1 if code[i] in PAIRS else i + 1
                continue
            if t == "[":
                i = matching(code, i) + 1
                previous = None if code[i] in (";", "=", "{") else previous
                continue
        previous = t if not (t in ("*", "&") and previous) else None
        i += 1
    return names


def code_before(code, i, first):
    return code[i - 2] if i - 2 >= first else None


class Scope:
    """What a file declares at namespace scope, as sets of (namespace, name)."""

    def __init__(self, path):
        self.local = set()  # in unnamed namespaces, or static: for this file alone
        self.shared = set()
        self.functions = set()  # functions among the shared
        self.imported = {}  # name -> what a using-declaration of a source file names
        code = [t for t in tokens(path.read_text()) if not is_space(t)]
        self.scan(code, 0, len(code), "", False)

    def scan(self, code, begin, end, space, local):
        for first, last in statements(code, begin, end):
            i = first
            while code[i] == "inline":
                i += 1
            if code[i] == "namespace" and "{" in code[i:last]:
                open_ = code.index("{", i)
                name = "".join(code[i + 1:open_])
                name = re.sub(r"\[\[.*\]\]|NACRE_PUBLIC", "", name)
                self.scan(code, open_ + 1, last, f"{space}::{name}" if name else space, local or not name)
            elif code[i] == "extern" and code[i + 1].startswith('"') and code[i + 2] == "{":
                self.scan(code, i + 3, last, space, local)
            elif code[i] == "using" and code[i + 1] != "namespace" and "=" not in code[i:last]:
                if code[last - 1][0].isupper():  # a type
                    self.imported[code[last - 1]] = (space, "".join(code[i + 1:last]))
            else:
                own = local or ("static" in code[first:first + 4] and code[i] != "template")
                for name in declared_names(code, first, last):
                    if re.match(r"[A-Za-z_]\w*$", name) and name not in KEYWORDS:
                        (self.local if own else self.shared).add((space, name))
                        if not own and f" {name} ( " in " " + " ".join(code[first:last + 1]) + " ":
                            self.functions.add((space, name))


@functools.cache
def includes(path):
    """The project's files `path` includes."""
    found = (resolve(m[2]) for m in map(INCLUDE_LINE.match, path.read_text().splitlines()) if m)
    return [target for target in found if target]


def included(path, done):
    """The project's files `path` includes, directly and not, added to `done`."""
    for target in includes(path):
        if target not in done:
            done.add(target)
            included(target, done)
    return done


def rename(text, names, suffix):
    """Appends `suffix` to each of `names` where it is not a member of something."""
    all_tokens = tokens(text)
    out = []
    before = ""
    for t in all_tokens:
        if t in names and before not in (".", "->", "::"):
            out.append(t + suffix)
        elif t.lstrip(" \t").startswith("#") and "define" in t:
            out.append(re.sub(r"(?<![\w.>:])[A-Za-z_]\w*", lambda m: m[0] + suffix if m[0] in names else m[0], t))
        else:
            out.append(t)
        if not is_space(t):
            before = t
    return "".join(out)


# ---- the two files


def version():
    return re.search(r"project\(nacre VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]


def banner(kind):
    return (
        "// SPDX-License-Identifier: Apache-2.0\n//\n"
        f"// nacre {version()}: {kind} Written by tools/amalgamate.py; change the tree\n"
        "// it was written from, not this file.\n"
    )


def public_header():
    out = Output()
    out.write(banner("the C++ API in one file."))
    out.write("#pragma once\n\n")
    names = sorted(p for p in INCLUDE.rglob("*.hpp") if "detail" not in p.parts)
    names.sort(key=lambda p: p.name != "nacre.hpp")
    for path in names:
        out.header(path)
    return out


FLAGS = """
// Rounding of every operation is WebAssembly's: nothing may be contracted to fused multiply-add.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif
#if defined(__i386__) && !defined(__SSE2_MATH__)
#error "compile nacre.cpp with -msse2 -mfpmath=sse"
#endif
"""


def header_conditions(files):
    """For headers that only sources with a condition include: any of those conditions."""
    wanted, always = {}, set()
    for path in files:
        needs = condition(path)
        for target in included(path, set()):
            if needs:
                wanted.setdefault(target, dict())[f"({needs})"] = None
            else:
                always.add(target)
    return {p: " || ".join(texts) for p, texts in wanted.items() if p not in always}


def source_file(header):
    files = list(sources())
    # Files of one platform include its headers, whose macros are best kept for the end.
    files.sort(key=lambda p: condition(p) is not None)
    out = Output(header_conditions(files))
    out.seen = set(header.seen)
    out.write(banner("the library in one file."))
    out.write('#include "nacre.hpp"\n')
    out.write(FLAGS)
    out.write(f'\n#define NACRE_VERSION "{version()}"\n')
    scopes = {p: Scope(p) for p in [*files, *SRC.rglob("*.hpp"), *INCLUDE.rglob("*.hpp")]}
    owners, shared, functions, spaces = {}, {}, {}, {}
    for path, scope in scopes.items():
        for key in scope.local:
            owners.setdefault(key, set()).add(path)
        for key in scope.shared:
            shared.setdefault(key, set()).add(path)
            spaces.setdefault(key[1], set()).add(key[0])
        for key in scope.functions:
            functions.setdefault(key[1], {}).setdefault(path, key[0])
    renamed = 0
    for path in files:
        text = path.read_text()
        out.headers_of(path)  # outside any condition of this file
        # A name clashes with another file's of the same namespace, and through argument-dependent
        # lookup with functions of namespaces whose types the file knows; what it sees anyhow it
        # was written with.
        sees = included(path, {path})
        scope = scopes[path]
        seen_spaces = {space for p in sees if p in scopes for space, _ in scopes[p].shared}
        clashing = set()
        for space, name in scope.local:
            found = functions.get(name, {})
            by_argument = not found.keys() & sees and seen_spaces & set(found.values())
            if len(owners[space, name]) > 1 or shared.get((space, name), sees) - sees or by_argument:
                clashing.add(name)
        # `using other::Type;` would hold for every later file of the namespace.
        imported = {n: v for n, v in scope.imported.items() if len(spaces.get(n, ())) > 1}
        clashing |= set(imported)
        renamed += len(clashing)
        relative = path.relative_to(SRC).as_posix()
        suffix = "_in_" + re.sub(r"\W", "_", relative[:-4])
        for name, (_, full) in imported.items():
            text = re.sub(rf"^using {re.escape(full)};", f"using {name} = {full};", text, flags=re.M)
        text = rename(text, clashing, suffix)
        needs = condition(path)
        text = out.expand(path, text, needs)
        macros = re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.M)
        gone = set(re.findall(r"^[ \t]*#[ \t]*undef[ \t]+(\w+)", text, re.M))
        text += "".join(f"#undef {macro}\n" for macro in dict.fromkeys(macros) if macro not in gone)
        out.section(path, text, needs)
    return out, len(files), renamed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("."))
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    header = public_header()
    source, files, renamed = source_file(header)
    (output / "nacre.hpp").write_text(header.text())
    (output / "nacre.cpp").write_text(source.text())
    for c_header in sorted(INCLUDE.glob("*.h")):
        (output / c_header.name).write_text(c_header.read_text())
    print(f"{files} sources, {renamed} names of unnamed namespaces made distinct, "
          f"{source.text().count(chr(10))} lines")


sys.setrecursionlimit(10000)
main()
