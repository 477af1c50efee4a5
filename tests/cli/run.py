#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the command-line tests: run.py --nacre PATH [--engine E] [--skip WHY=PATTERN]... [FILE.t ...].

A .t file is a page of shell commands with the output each must print (stdout and stderr
together), in the manner of a transcript:

    A line of prose.
      $ nacre version --short
      0.1.0
      $ false
      [1]

Indented by two: `$` starts a command, `>` continues it, the rest is expected output; `[N]` is
a nonzero exit status. `(re) PATTERN` matches a line by regular expression. Each file runs in an empty
folder of its own with `nacre` in PATH. NACRE_BLESS=1 rewrites the expected output. --engine is given
to every run that names none. --skip: commands a regular expression finds something in are not run,
and counted with the reason. A file with a line "Needs x86-64." is skipped on other processors.
"""
import argparse, os, pathlib, platform, re, shlex, subprocess, sys, tempfile

here = pathlib.Path(__file__).parent


# A `nacre` that runs on one engine, whatever the default is.
WRAPPER = """#!/bin/bash
case " $* " in *" --engine"*) exec {nacre} "$@" ;; esac
case "$1" in
  run) shift ;;
  "" | -h | --help | --version | {commands}) exec {nacre} "$@" ;;
esac
unset PWD OLDPWD  # which bash has added
exec env -u SHLVL {nacre} run --engine={engine} "$@"
"""


def write_wrapper(nacre, engine, folder):
    names = re.findall(r"^  ([a-z0-9]+) ", subprocess.run([nacre, "--help"], capture_output=True, text=True).stdout, re.M)
    wrapper = pathlib.Path(folder) / "nacre"
    wrapper.write_text(WRAPPER.format(nacre=shlex.quote(str(nacre)), engine=engine, commands=" | ".join({*names, "man"} - {"run"})))
    wrapper.chmod(0o755)


def parse(text):
    """-> list of ('text', line) and ('cmd', [lines], [expected])."""
    items = []
    for line in text.splitlines():
        if line.startswith("  $ "):
            items.append(("cmd", [line[4:]], []))
        elif line.startswith("  > ") and items and items[-1][0] == "cmd" and not items[-1][2]:
            items[-1][1].append(line[4:])
        elif line.startswith("  ") and items and items[-1][0] == "cmd":
            items[-1][2].append(line[2:])
        else:
            items.append(("text", line))
    return items


def matches(expected, got):
    if len(expected) != len(got):
        return False
    return all(re.fullmatch(e[5:], g) if e.startswith("(re) ") else e == g for e, g in zip(expected, got))


def run_file(path, env, bless, skips, skipped):
    items = parse(path.read_text())
    failures = []
    out = []
    ran = 0
    with tempfile.TemporaryDirectory() as tmp:
        for item in items:
            if item[0] == "text":
                out.append(item[1])
                continue
            _, command, expected = item
            why = next((w for w, pattern in skips if re.search(pattern, "\n".join(command))), None)
            if why:
                skipped[why] = skipped.get(why, 0) + 1
                continue
            ran += 1
            p = subprocess.run(["bash", "-c", "\n".join(command)], cwd=tmp, env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
            got = p.stdout.decode("utf-8", "replace").splitlines()
            if p.returncode:
                got.append(f"[{p.returncode}]")
            ok = matches(expected, got)
            if not ok:
                failures.append((command, expected, got))
            shown = expected if ok else got
            out += ["  $ " + command[0]] + ["  > " + c for c in command[1:]] + ["  " + g for g in shown]
    if bless and failures:
        path.write_text("\n".join(out) + "\n")
        print(f"blessed {path.name}")
        return ran, []
    return ran, failures


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--nacre", required=True)
    ap.add_argument("--engine")
    ap.add_argument("--skip", action="append", default=[], help="WHY=PATTERN of commands")
    ap.add_argument("files", nargs="*")
    args = ap.parse_args()
    env = dict(os.environ, LC_ALL="C.UTF-8")
    env["PATH"] = f"{pathlib.Path(args.nacre).resolve().parent}:{env['PATH']}"
    files = [pathlib.Path(f) for f in args.files] or sorted(here.glob("*.t"))
    folder = tempfile.TemporaryDirectory()
    if args.engine:
        write_wrapper(pathlib.Path(args.nacre).resolve(), args.engine, folder.name)
        env["PATH"] = f"{folder.name}:{env['PATH']}"
    skips, skipped = [s.split("=", 1) for s in args.skip], {}
    passed = failed = 0
    for f in files:
        needs = re.search(r"^Needs (\S+)\.$", f.read_text(), re.M)
        if needs and needs[1] == "x86-64" and platform.machine() not in ("x86_64", "AMD64"):
            print(f"skipped {f.name}: not on {platform.machine()}")
            continue
        ran, failures = run_file(f, env, bool(os.environ.get("NACRE_BLESS")) and not skips, skips, skipped)
        passed += ran - len(failures)
        failed += len(failures)
        for command, expected, got in failures:
            print(f"{f}: $ {command[0]}")
            print("\n".join("  - " + e for e in expected))
            print("\n".join("  + " + g for g in got))
    for why, n in skipped.items():
        print(f"skipped {n}: {why}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
