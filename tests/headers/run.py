#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py [--cxx COMPILER]... : the public headers as a consumer's compiler sees them.

Every header under include/ compiles alone and twice in a row, as C++20, with and without
exceptions and RTTI, without a warning, old casts included; C headers also as C99. Callables that no host function can
be made of are refused in words. Each header opens with an example, which compiles where its free names (engine, store, module ...) are what they say. What C++ headers declare is marked
for export (NACRE_PUBLIC). The weight of each is measured:
lines after preprocessing and seconds to parse. Budget: 20,000 lines and 0.2 s of processor time (the
fastest of several runs; NACRE_PARSE_SECONDS for slower machines or sanitized compilers). Prints
the numbers of the heaviest; exit status 1 with what is wrong.
"""
import argparse, concurrent.futures, os, pathlib, re, resource, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
MAX_LINES = 20_000
MAX_SECONDS = float(os.environ.get("NACRE_PARSE_SECONDS", "0.2"))
WARN = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
CXX_WARN = ["-Wold-style-cast", "-Wnon-virtual-dtor", "-Wsign-conversion"]
failures = []


def exported(header):
    """A block of namespace nacre is opened with NACRE_PUBLIC, or declares nothing but types to
    come; else what it declares is missing in the shared library."""
    text = re.sub(r"//[^\n]*", "", header.read_text())
    for m in re.finditer(r"^namespace nacre(?:::\w+)* \{\n(.*?)^\}", text, re.S | re.M):
        inner = re.sub(r"\b(?:class|struct|enum class) \w+(?: : \w+)?;|\bnamespace \w+ \{|\bnamespace NACRE_PUBLIC \w+ \{.*", "", m[1], flags=re.S)
        if re.sub(r"[\s}]", "", inner):
            failures.append(f"{header.relative_to(ROOT)}: namespace without NACRE_PUBLIC: {inner.strip()[:60]}")


# What the examples take as given.
CXX_CONTEXT = """
#include <atomic>
#include <cstdio>
#include <iostream>
#include <span>
#include <string>
#include <vector>
extern nacre::Engine engine;
extern nacre::Module module;
extern nacre::Linker linker;
extern nacre::Store store;
extern nacre::Instance instance;
extern nacre::Memory memory;
extern nacre::Func func;
extern nacre::Error error;
extern nacre::Result<void> result;
extern nacre::wasi::WasiConfig config;
extern nacre::wasi::ThreadOptions options;
extern std::vector<uint8_t> bytes;
extern uint32_t address, length;
nacre::Result<void> run();
void fail(nacre::StringView why);
void sink(nacre::StringView text);
"""
C_CONTEXT = """
#include <stdio.h>
extern wasm_byte_vec_t bytes;
extern wasm_module_t* module;
"""


def example(header):
    """(line, code) of the example at the top: comment lines indented by three, without lists."""
    first, code, in_list = 0, [], False
    for number, line in enumerate(header.read_text().splitlines(), 1):
        if not line.startswith("//"):
            break
        m = re.match(r"//   +(?=\S)", line)
        in_list = bool(m) and (in_list or line[m.end():].startswith("- "))
        if m and not in_list:
            first = first or number
            code += [""] * (number - first - len(code)) + [line[2:]]
    return first, code


def examples(compiler, folder, headers, language):
    """Compiles the examples of all headers of a language in one file."""
    text = "".join(f"#include <{h.relative_to(INCLUDE).as_posix()}>\n" for h in headers)
    text += CXX_CONTEXT if language == "c++" else C_CONTEXT
    for number, header in enumerate(headers):
        first, code = example(header)
        if not code:
            failures.append(f"{header.relative_to(ROOT)}: does not open with an example")
        code = [l for l in code if not l.lstrip().startswith("#include")] if "#include" in "".join(code) else code
        text += f"void example_{number}(void);\nvoid example_{number}(void) {{\n#line {first} \"{header.name}\"\n" + "\n".join(code) + "\n}\n"
    source = folder / f"examples.{'cpp' if language == 'c++' else 'c'}"
    source.write_text(text)
    standard = "-std=c++20" if language == "c++" else "-std=c99"
    r = run([compiler, standard, f"-I{INCLUDE}", "-fsyntax-only", "-Werror=unused-result", str(source)])
    if r.returncode:
        failures.append(f"examples with {compiler}:\n{r.stderr[:4000]}")


def run(args):
    return subprocess.run(args, capture_output=True, text=True)


def compiles(compiler, source, *flags):
    r = run([compiler, *flags, *WARN, f"-I{INCLUDE}", "-fsyntax-only", str(source)])
    if r.returncode:
        failures.append(f"{source.name} with {compiler} {' '.join(flags)}:\n{r.stderr[:2000]}")


# Host functions no WebAssembly type can be read off, and what the compiler's first error says.
NO_HOST_FUNCTIONS = {
    "[](auto x) { return x; }": "not a host function: its type is read off the callable",
    "&Class::member": "not a host function: a pointer to a member lacks the object",
    "7": "not a host function",
    "[](int& x) { x = 1; }": "not a WebAssembly value: a host function takes its parameters by value",
    "[](int* x) { *x = 1; }": "not a WebAssembly value: use integers",
    "nacre::FuncType{}, [](int x) { return x; }": "not a host function: with a FuncType it is called as",
}


def refusals(compiler, folder):
    source = folder / f"refused_{pathlib.Path(compiler).name}.cpp"
    for callable, words in NO_HOST_FUNCTIONS.items():
        source.write_text("#include <nacre/nacre.hpp>\nstruct Class { int member(int); };\n"
                          f'void f(nacre::Linker& l) {{ l.func("a", "b", {callable}); }}\n')
        errors = run([compiler, "-std=c++20", f"-I{INCLUDE}", "-fsyntax-only", str(source)]).stderr
        first = next((l for l in errors.splitlines() if " error: " in l), "no error")
        if words not in first:
            failures.append(f"{compiler}: the first error of {callable}: {first}")


def lines(compiler, source):
    return run([compiler, "-std=c++20", f"-I{INCLUDE}", "-E", str(source)]).stdout.count("\n")


def seconds(compiler, source, runs=20):
    best = 1e9
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run([compiler, "-std=c++20", f"-I{INCLUDE}", "-fsyntax-only", str(source)])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if best <= 0.8 * MAX_SECONDS:
            break
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cxx", action="append", help="compilers to try; default: g++ and clang++ where present")
    compilers = [c for c in parser.parse_args().cxx or ["g++", "clang++"] if shutil.which(c)]
    if not compilers:
        sys.exit("no compiler found")
    for header in sorted(INCLUDE.rglob("*.hpp")):
        exported(header)
    headers = sorted(INCLUDE.rglob("*.hpp")) + sorted(INCLUDE.rglob("*.h"))
    with tempfile.TemporaryDirectory() as tmp:
        sources = {}
        for header in headers:
            name = header.relative_to(INCLUDE).as_posix()
            source = pathlib.Path(tmp) / (name.replace("/", "_") + ".cpp")
            source.write_text(f"#include <{name}>\n#include <{name}>\n")
            sources[name] = source
            if header.suffix == ".h":
                (source.with_suffix(".c")).write_text(source.read_text())
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for compiler in compilers:
                for name, source in sources.items():
                    pool.submit(compiles, compiler, source, "-std=c++20", *CXX_WARN)
                    pool.submit(compiles, compiler, source, "-std=c++20", "-fno-exceptions", "-fno-rtti", *CXX_WARN)
                    if name.endswith(".h"):
                        c = {"g++": "gcc", "clang++": "clang"}.get(compiler)
                        if c and shutil.which(c):
                            pool.submit(compiles, c, source.with_suffix(".c"), "-std=c99")
                pool.submit(refusals, compiler, pathlib.Path(tmp))
                public = [h for h in headers if "detail" not in h.parts]
                pool.submit(examples, compiler, pathlib.Path(tmp), [h for h in public if h.suffix == ".hpp"], "c++")
                c = {"g++": "gcc", "clang++": "clang"}.get(compiler)
                if c and shutil.which(c):
                    pool.submit(examples, c, pathlib.Path(tmp), [h for h in public if h.suffix == ".h"], "c")
        for compiler in compilers:
            weights = sorted(((lines(compiler, s), n) for n, s in sources.items()), reverse=True)
            for count, name in weights:
                shown = name == "nacre/nacre.hpp" or count == weights[0][0]
                if shown or count > MAX_LINES:
                    took = seconds(compiler, sources[name])
                    print(f"{compiler:8} {name:24} {count:6} lines {took:.3f} s")
                    if took > MAX_SECONDS:
                        failures.append(f"{name} takes {compiler} {took:.3f} s to parse; the budget is {MAX_SECONDS} s")
                if count > MAX_LINES:
                    failures.append(f"{name} is {count} lines after preprocessing by {compiler}; the budget is {MAX_LINES}")
    print(f"{len(headers)} headers, {len(compilers)} compilers, {len(failures)} failures")
    sys.exit("\n".join(failures) if failures else 0)


main()
