#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""manual.py --nacre PATH : the manual page and the completion scripts.

Every command and option that --help shows is in the manual page and in each shell's completion. groff
formats the page without a warning, bash completes what it should, zsh and fish accept their scripts;
shells and groff that are not installed are left out. Exit status 1 with what is wrong.
"""
import argparse, os, pathlib, re, shutil, subprocess, sys, tempfile

failures = []


def out(*args, **more):
    return subprocess.run([str(a) for a in args], capture_output=True, text=True, check=True, **more).stdout


def options_of(help_text):
    """Rows of "Options:" -> {every name: whether choices follow}."""
    block = help_text.split("\nOptions:\n", 1)[1].split("\n\n", 1)[0]
    names = {}
    for line in block.splitlines():
        m = re.match(r"  (-[^ ]+)", line)
        if m:
            for name in m[1].split("{")[0].split(","):
                names[name] = re.findall(r"\{([\w.,-]+)\}", line)[-1].split(",") if ":{" in line else []
    return names


def commands_of(help_text):
    return re.findall(r"^  ([a-z0-9]+) ", help_text.split("\nSubcommands:\n", 1)[1], re.M)


def need(where, text, what):
    if what not in text:
        failures.append(f"{where}: {what} is missing")


def check_page(page, table):
    sections = dict(zip(re.findall(r"^\.SS \\fBnacre (\w+)", page, re.M), re.split(r"^\.SS ", page, flags=re.M)[1:]))
    if sorted(sections) != sorted(table):
        failures.append(f"the manual page has {sorted(sections)}, --help {sorted(table)}")
    for command, options in table.items():
        text = sections.get(command, "")
        for name, choices in options.items():
            need(f"manual page, {command}", text, "\\fB" + name.replace("-", "\\-") + "\\fR")
            for choice in choices:
                need(f"manual page, {command} {name}", text, f"\\fB{choice}\\fR")
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES",
                    "EXAMPLES", "SEE ALSO"):
        need("manual page", page, f".SH {section}\n")
    if shutil.which("groff"):
        r = subprocess.run(["groff", "-ww", "-man", "-z"], input=page, capture_output=True, text=True)
        if r.returncode or r.stderr:
            failures.append(f"groff: {r.stderr}")
    else:
        print("no groff: the manual page is not formatted")


def bash_replies(script, *words):
    """What bash offers for the last of these words."""
    source = f'source {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _nacre; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return out("bash", "-c", source, "bash", "nacre", *words).split()


def check_bash(folder, table, top, optional):
    script = folder / "nacre.bash"
    work = folder / "work"
    work.mkdir()
    (work / "file.wasm").touch()
    (work / "folder").mkdir()
    os.chdir(work)
    got = bash_replies(script, "")
    for word in [*table, *top]:
        if word not in got:
            failures.append(f"bash: {word} is not offered first: {got}")
    for command, options in table.items():
        got = bash_replies(script, command, "-")
        for name, choices in options.items():
            if name not in got:
                failures.append(f"bash: nacre {command}: {name} is not offered: {got}")
            behind = [[command, name, "="], [command, name, "=", choices[0][0]]] if choices else []
            if choices and name not in optional[command]:
                behind.append([command, name, ""])
            for words in behind:
                offered = bash_replies(script, *words)
                wanted = [c for c in choices if words[-1] in "=" or c.startswith(words[-1])]
                if offered != wanted:
                    failures.append(f"bash: nacre {' '.join(words)}: {offered}, not {wanted}")
    for words, wanted in [(["run", "fi"], ["file.wasm"]), (["inspect", "fi"], ["file.wasm"]), (["val"], ["validate"]),
                          (["--engi"], ["--engine"]), (["--engine", "int"], ["interpreter"]),
                          (["run", "--coredump", "fi"], ["file.wasm"]), (["run", "--dir", "f"], ["folder"]),
                          (["--dir", "=", "f"], ["folder"]), (["completion", ""], ["-h", "--help", "bash", "zsh", "fish"]), (["completion", "z"], ["zsh"]),
                          (["run", "--stub-imports", "fi"], ["file.wasm"]), (["run", "x.wasm", "--engi"], []), (["x.wasm", "fi"], ["file.wasm"]),
                          (["--dir", ".", "--engi"], ["--engine"]), (["run", "--dir", "=", ".", "--engi"], ["--engine"]),
                          (["run", "--raw-terminal", "x.wasm", "--engine", ""], ["file.wasm", "folder"])]:
        got = bash_replies(script, *words)
        if got != wanted:
            failures.append(f"bash: nacre {' '.join(words)}: {got}, not {wanted}")


def check_scripts(folder, table, top):
    """The other shells' scripts name everything and are well formed."""
    zsh, fish = ((folder / f"nacre.{shell}").read_text() for shell in ("zsh", "fish"))
    for name in top:
        if name.startswith("--"):
            need("fish", "\n".join(l for l in fish.splitlines() if "__fish_use_subcommand" in l), f" -l {name[2:]} ")
        need("zsh", zsh.split("\n    nacre)\n", 1)[-1], name)
    for command, options in table.items():
        need("zsh", zsh, f"    '{command}:")
        need("fish", fish, f"-n __fish_use_subcommand -a {command} ")
        part = zsh.split(f"\n    {command})\n", 1)[-1].split(";;", 1)[0]
        lines = "\n".join(l for l in fish.splitlines() if f"'__fish_seen_subcommand_from {command}'" in l)
        for name, choices in options.items():
            need(f"zsh, {command}", part, name)
            if not re.search(rf" -l {name[2:]} " if name.startswith("--") else rf" -s {name[1:]} ", lines):
                failures.append(f"fish, {command}: {name} is missing")
            if choices:
                need(f"zsh, {command} {name}", part, "(" + " ".join(choices) + ")")
                need(f"fish, {command} {name}", lines, "-a '" + " ".join(choices) + "'")
    for shell in ("bash", "zsh", "fish"):
        if not shutil.which(shell):
            print(f"no {shell}: its script is not parsed")
            continue
        r = subprocess.run([shell, "-n", folder / f"nacre.{shell}"], capture_output=True, text=True)
        if r.returncode or r.stderr:
            failures.append(f"{shell}: {r.stderr}")
    if shutil.which("fish"):
        got = out("fish", "-c", f"source {folder}/nacre.fish; complete -C'nacre run --engine int'",
                  env={**os.environ, "HOME": str(folder)}).split()
        if got[:1] != ["interpreter"]:
            failures.append(f"fish: nacre run --engine int: {got}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nacre", required=True, type=pathlib.Path)
    nacre = parser.parse_args().nacre.resolve()
    top_help = out(nacre, "--help")
    table = {c: options_of(out(nacre, c, "--help")) for c in commands_of(top_help)}
    top = options_of(top_help)
    check_page(out(nacre, "man"), table)
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        for shell in ("bash", "zsh", "fish"):
            (folder / f"nacre.{shell}").write_text(out(nacre, "completion", shell))
        optional = {c: re.findall(r"^  (--[a-z-]+)\{", out(nacre, c, "--help"), re.M) for c in table}
        check_bash(folder, table, top, optional)
        check_scripts(folder, table, top)
        os.chdir("/")
    print(f"{len(table)} commands, {sum(map(len, table.values()))} options, {len(failures)} failures")
    sys.exit("\n".join(failures) if failures else 0)


main()
