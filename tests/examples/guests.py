#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds guests in several languages and runs the host of examples/guests with them.

  guests.py LANGUAGE... --program PATH --work DIR [--engines automatic interpreter] [--fetch] [--cache DIR]

A guest is built by its build.sh when DIR holds none newer than its sources. The host must print
what expected_output.txt says for these languages. Exits with 77 and says why when a language's tools
are missing. --fetch gets the compilers of Kotlin and AssemblyScript from npm into the cache,
the one of tests/programs; without it they are used when they are there.
"""
import argparse, difflib, os, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUESTS = ROOT / "examples/guests"
PACKAGES = {"kotlin": ["kotlin-compiler@2.4.20"], "assemblyscript": ["assemblyscript@0.28.20", "long@5.3.2"]}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def need(*tools):
    for tool in tools:
        if not shutil.which(tool):
            skip(f"{tool} is not installed")


def fetch(language, to):
    """Installs the language's npm packages into the folder `to`, or leaves it as it was."""
    need("npm")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent) as tmp:
        p = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", tmp, *PACKAGES[language]], capture_output=True, text=True)
        if p.returncode:
            sys.exit(f"npm install {PACKAGES[language]}: {p.stderr[-500:]}")
        os.rename(tmp, to)
        os.mkdir(tmp)  # for TemporaryDirectory to remove


def compiler(language, args):
    """What build.sh of the language wants in its environment."""
    if language in ("c", "cpp"):
        need("clang-19" if language == "c" else "clang++-19", "wasm-ld-19")
    elif language == "go":
        need("go")
        version = subprocess.run(["go", "version"], capture_output=True, text=True, env={**os.environ, "GOTOOLCHAIN": "local"}).stdout
        found = re.search(r"go(\d+)\.(\d+)", version)
        if not found or tuple(map(int, found.groups())) < (1, 24):
            skip(f"Go 1.24 or later is not installed ({version.strip()})")
    elif language == "kotlin":
        need("bash", "java")
        shared = args.cache / "kotlin-compiler"  # as tests/programs fetches it
        own = args.cache / "kotlin-npm"
        if not shared.exists() and not own.exists():
            if not args.fetch:
                skip("the Kotlin compiler was not fetched (--fetch)")
            fetch(language, own)
        return {"KOTLIN_HOME": str(shared if shared.exists() else own / "node_modules/kotlin-compiler")}
    elif language == "assemblyscript":
        need("node")
        folder = args.cache / "assemblyscript-npm"
        if not folder.exists():
            if not args.fetch:
                skip("the AssemblyScript compiler was not fetched (--fetch)")
            fetch(language, folder)
        return {"ASC": str(folder / "node_modules/assemblyscript/bin/asc.js")}
    return {}


def build(language, args):
    out = args.work / f"{language}.wasm"
    sources = [p for p in (GUESTS / language).iterdir() if p.is_file()]
    if not out.exists() or out.stat().st_mtime < max(p.stat().st_mtime for p in sources):
        environment = {**os.environ, **compiler(language, args)}
        with tempfile.TemporaryDirectory(dir=args.work) as tmp:  # two tests may build the same guest
            made = pathlib.Path(tmp) / "words.wasm"
            p = subprocess.run([GUESTS / language / "build.sh", made], capture_output=True, text=True, env=environment)
            if p.returncode or not made.exists():
                sys.exit(f"{language}: build.sh: {p.stdout[-2000:]}{p.stderr[-2000:]}")
            os.replace(made, out)
    return str(out)


def expected(languages):
    """The lines of these guests, and the totals of as many."""
    lines = dict(line.split(": ", 1) for line in (GUESTS / "expected_output.txt").read_text().splitlines())
    together = re.sub(r"\d+", lambda m: str(int(m[0]) * len(languages) // (len(lines) - 1)), lines["together"])
    return [f"{name}: {lines[name]}" for name in languages] + [f"together: {together}"]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("languages", nargs="+", metavar="LANGUAGE", choices=["c", "cpp", "go", "kotlin", "assemblyscript"])
    ap.add_argument("--program", required=True)
    ap.add_argument("--work", type=pathlib.Path, required=True)
    ap.add_argument("--engines", nargs="+", default=["automatic"])
    ap.add_argument("--fetch", action="store_true")
    ap.add_argument("--cache", type=pathlib.Path, default=ROOT / "tests/programs/.fetched")
    args = ap.parse_args()
    args.work = args.work.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    modules = [build(language, args) for language in args.languages]
    wanted = expected(args.languages)
    for engine in args.engines:
        env = {**os.environ, "NACRE_EXAMPLES_ENGINE": engine}
        p = subprocess.run([args.program, *modules], env=env, capture_output=True, text=True, timeout=300)
        for line in difflib.unified_diff(wanted, p.stdout.splitlines(), "expected", f"engine {engine}", lineterm=""):
            print(line)
        if p.returncode or p.stderr or p.stdout.splitlines() != wanted:
            sys.exit(f"engine {engine}: exit status {p.returncode}\n{p.stderr}")


main()
