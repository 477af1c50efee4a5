#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py --build DIR [WAY...]: the stranger's path.

In an empty folder, the C++ program that README.md shows, copied to the letter, is built and prints
what README.md says it prints. The ways:

    find_package   against `cmake --install DIR`, by CMake; and the C program of docs/guide/c-api.md in a
                   project of LANGUAGES C, with every library there is
    pkg-config     the same, by the compiler alone; static, and shared where DIR has it; the C program by cc
    fetchcontent   FetchContent of this tree (compiles the library)
    amalgamation   tools/amalgamate.py's two files, by g++ and clang++ (compiles the library twice)
    deterministic  tools/amalgamate.py writes the same bytes twice
    parses         g++ accepts them, and clang++ without exceptions and RTTI
    soname         the shared library exports the public API and nothing else
    manual         the manual page and the completion scripts are installed where shells and man look
    static-cli     the command without shared libraries runs all of tests/cli (compiles the library)
    shared         find_package, pkg-config and soname with BUILD_SHARED_LIBS (compiles the library)
    deb            `cpack -G DEB` has everything, which runs from there; with NACRE_DEBIAN_ROOT, the
                   folder of a Debian system (debootstrap), it is installed there by dpkg and run
                   (compiles the library)
    conan          `conan create` with these sources (compiles the library; needs conan 2)

Without WAY: those that compile no library. `all`: every one. Libraries are compiled through ccache
where there is one, without optimisation but for static-cli, shared and deb: this is about building,
not about speed.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
JOBS = os.environ.get("NACRE_JOBS", str(os.cpu_count() or 1))
CCACHE = shutil.which("ccache")
CC = shutil.which("cc")


def readme_program():
    """The first C++ program of README.md with a main(), and what it prints: the block after it
    that is marked as output, else the comment behind its printf."""
    text = (ROOT / "README.md").read_text()
    for m in re.finditer(r"^```cpp\n(.*?)^```\n", text, re.S | re.M):
        if "int main(" not in m[1]:
            continue
        shown = re.match(r"\s*(?:[^\n`]*\n)?\s*```(?:text|output|console)?\n(.*?)^```", text[m.end():], re.S | re.M)
        if shown:
            return m[1], shown[1]
        comment = re.search(r"printf.*// (.*)", m[1])
        if comment:
            return m[1], comment[1] + "\n"
    sys.exit("README.md shows no C++ program with its output")


PROGRAM, OUTPUT = readme_program()


def c_program():
    """The C program of docs/guide/c-api.md, what it prints, and how it is built."""
    text = (ROOT / "docs/guide/c-api.md").read_text()
    return [re.search(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)[1] for language in ("c", "text", "sh")]


def readme_block(language, word):
    """The block of README.md in this language that has this word in it."""
    found = [b for b in re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text(), re.S | re.M) if word in b]
    if len(found) != 1:
        sys.exit(f"README.md shows {len(found)} {language} blocks with {word}")
    return found[0]


def run(*args, cwd=None, env=None):
    args = [str(a) for a in args]
    r = subprocess.run(args, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True)
    if r.returncode:
        sys.exit(f"{' '.join(args)}\nfailed with {r.returncode}:\n{(r.stdout + r.stderr)[-4000:]}")
    return r.stdout


def prints_what_is_shown(way, program, env=None, shown=None):
    got = run(program, env=env)
    if got != (shown or OUTPUT):
        sys.exit(f"{way}: printed {got!r}, the documentation shows {shown or OUTPUT!r}")
    print(f"{way}: ok", flush=True)


def empty_folder(tmp, name):
    folder = tmp / name
    folder.mkdir()
    (folder / "app.cpp").write_text(PROGRAM)
    return folder


def configure(source, build, *options):
    launcher = [f"-DCMAKE_CXX_COMPILER_LAUNCHER={CCACHE}"] if CCACHE else []
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    run("cmake", "-S", source, "-B", build, *generator, *launcher, *options)


def beside(tmp, build, name):
    """A folder for a build of this tree: not in `tmp` but beside `build`, where paths relative to the tree
    are as long, so that ccache has most of it. It goes with `tmp`."""
    return build.parent / f"{tmp.name}-{name}"


def cache(build, name):
    m = re.search(rf"^{name}:[A-Z]+=(.*)$", (build / "CMakeCache.txt").read_text(), re.M)
    return m[1] if m else ""


def configure_tree(build, folder, *options):
    """A build of this tree as `folder`, by the compiler of `build`."""
    configure(ROOT, folder, "-DCMAKE_BUILD_TYPE=Release", "-DNACRE_BUILD_TESTS=OFF",
              f"-DCMAKE_CXX_COMPILER={cache(build, 'CMAKE_CXX_COMPILER')}", *options)


def installed(tmp, build):
    prefix = tmp / "prefix"
    if not prefix.exists():
        run("cmake", "--install", build, "--prefix", prefix)
    return prefix


def link_options(build):
    """What a sanitized library needs of its user."""
    sanitize = cache(build, "NACRE_SANITIZE")
    return [f"-fsanitize={sanitize}"] if sanitize else []


def run_as_shown(block, folder, compiler, *options, env=None):
    """Runs shell commands of README.md as they stand; `c++` is this compiler with these options,
    without optimisation and through ccache."""
    shims = folder / "bin"
    shims.mkdir(exist_ok=True)
    words = [*([CCACHE] if CCACHE else []), compiler, *options]
    (shims / "c++").write_text('#!/bin/bash\nexec ' + " ".join(words) + ' "${@/#-O2/-O0}"\n')
    (shims / "c++").chmod(0o755)
    run("bash", "-ec", block, cwd=folder, env={**(env or {}), "PATH": f"{shims}:{os.environ['PATH']}"})


def find_package(tmp, build):
    folder = empty_folder(tmp, "find_package")
    (folder / "CMakeLists.txt").write_text(readme_block("cmake", "find_package"))
    prefix = installed(tmp, build)
    configure(folder, folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}",
              f"-DCMAKE_CXX_COMPILER={cache(build, 'CMAKE_CXX_COMPILER')}",
              f"-DCMAKE_CXX_FLAGS={' '.join(link_options(build))}")
    run("cmake", "--build", folder / "build")
    prints_what_is_shown("find_package", folder / "build" / "app")
    if CC and not link_options(build):
        find_package_c(folder / "c", prefix)


def find_package_c(folder, prefix):
    program, shown, _ = c_program()
    folder.mkdir()
    (folder / "app.c").write_text(program)
    libraries = {"nacre": "nacre::nacre"}
    if any(prefix.rglob("libnacre.so")):
        libraries["nacre_static"] = "nacre::nacre_static"
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(app LANGUAGES C)\nfind_package(nacre 0.1 REQUIRED)\n" +
        "".join(f"add_executable({n} app.c)\ntarget_link_libraries({n} PRIVATE {t})\n" for n, t in libraries.items()))
    configure(folder, folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={CC}")
    run("cmake", "--build", folder / "build")
    for name, target in libraries.items():
        prints_what_is_shown(f"find_package, C, {target}", folder / "build" / name, shown=shown)


def pkg_config(tmp, build):
    if not shutil.which("pkg-config"):
        return print("pkg-config: not there, skipped")
    folder = empty_folder(tmp, "pkg-config")
    prefix = installed(tmp, build)
    directory = next(prefix.rglob("nacre.pc")).parent
    env = {"PKG_CONFIG_PATH": str(directory)}
    compiler = cache(build, "CMAKE_CXX_COMPILER")
    shared = any(prefix.rglob("libnacre.so"))
    for kind in ["shared", "static"] if shared else ["static"]:
        app = folder / "app"
        if kind == ("shared" if shared else "static"):
            run_as_shown(readme_block("sh", "pkg-config"), folder, compiler, *link_options(build), env=env)
        else:  # by name: beside a shared library the linker would take that
            flags = run("pkg-config", "--cflags", "--libs", "--static", "nacre", env=env).split()
            flags = [str(next(prefix.rglob("libnacre.a"))) if f == "-lnacre" else f for f in flags]
            run(compiler, "-std=c++20", *link_options(build), folder / "app.cpp", *flags, "-o", app)
        library_path = {"LD_LIBRARY_PATH": str(directory.parent)}
        prints_what_is_shown(f"pkg-config, {kind}", app, library_path if kind == "shared" else None)
    if not CC or link_options(build):
        return
    program, shown, command = c_program()
    (folder / "app.c").write_text(program)
    run("sh", "-ec", command, cwd=folder, env=env)
    prints_what_is_shown("pkg-config, C", folder / "app", {"LD_LIBRARY_PATH": str(directory.parent)}, shown)
    if shared:
        flags = run("pkg-config", "--cflags", "--libs", "--static", "nacre", env=env).split()
        flags = [str(next(prefix.rglob("libnacre.a"))) if f == "-lnacre" else f for f in flags]
        run(CC, "-std=c99", folder / "app.c", *flags, "-o", folder / "app")
        prints_what_is_shown("pkg-config, C, static", folder / "app", shown=shown)


def fetchcontent(tmp, build):
    folder = empty_folder(tmp, "fetchcontent")
    (folder / "CMakeLists.txt").write_text(readme_block("cmake", "FetchContent"))
    (folder / "third_party").mkdir()
    (folder / "third_party" / "nacre").symlink_to(ROOT)
    configure(folder, folder / "build", f"-DCMAKE_CXX_COMPILER={cache(build, 'CMAKE_CXX_COMPILER')}",
              "-DCMAKE_CXX_FLAGS_RELEASE=-O0")
    run("cmake", "--build", folder / "build", "-j", JOBS)
    prints_what_is_shown("fetchcontent", folder / "build" / "app")


def amalgamate(folder):
    run(sys.executable, ROOT / "tools/amalgamate.py", "--output", folder)


def amalgamation(tmp, build):
    folder = empty_folder(tmp, "amalgamation")
    (folder / "nacre").symlink_to(ROOT)
    for compiler in ("g++", "clang++"):
        if not shutil.which(compiler):
            print(f"amalgamation, {compiler}: not there, skipped")
            continue
        run_as_shown(readme_block("sh", "amalgamate.py"), folder, compiler)
        prints_what_is_shown(f"amalgamation, {compiler}", folder / "app")


def deterministic(tmp, build):
    one, two = tmp / "one", tmp / "two"
    amalgamate(one)
    amalgamate(two)
    names = sorted(p.name for p in one.iterdir())
    if names != sorted(p.name for p in two.iterdir()) or any(
            (one / n).read_bytes() != (two / n).read_bytes() for n in names):
        sys.exit("tools/amalgamate.py wrote different bytes the second time")
    run(cache(build, "CMAKE_CXX_COMPILER") or "c++", "-std=c++20", "-fsyntax-only", "-x", "c++", one / "nacre.hpp")
    print(f"deterministic: {', '.join(names)}")


def parses(tmp, build):
    folder = tmp / "parses"
    amalgamate(folder)
    for compiler, flags in (("g++", []), ("clang++", ["-fno-exceptions", "-fno-rtti"])):
        if shutil.which(compiler):
            run(compiler, "-std=c++20", *flags, "-fsyntax-only", folder / "nacre.cpp")
            print(f"parses, {compiler} {' '.join(flags)}: ok", flush=True)


def soname(tmp, build):
    prefix = installed(tmp, build)
    library = next(prefix.rglob("libnacre.so"), None)
    if not library:
        return print("soname: built without BUILD_SHARED_LIBS, skipped")
    dynamic = run("readelf", "-dW", library)
    found = re.search(r"SONAME.*\[(.*)\]", dynamic)[1]
    version = re.search(r"project\(nacre VERSION (\d+)\.(\d+)", (ROOT / "CMakeLists.txt").read_text())
    wanted = f"libnacre.so.{version[1]}" + (f".{version[2]}" if version[1] == "0" else "")
    if found != wanted:
        sys.exit(f"SONAME is {found}, not {wanted}")
    symbols = run("nm", "-DC", "--defined-only", library).splitlines()
    names = [s.split(" ", 2)[2] for s in symbols]
    # Of folders that have no public header nothing may show; W and u are templates and inline
    # functions of the standard library.
    inner = re.compile(r"nacre::(base|os|wasm|binary|text|validate|runtime|interp|codegen|baseline|optimize|debug|capi)::")
    leaked = [n for n in names if inner.match(n)]
    leaked += [s.split(" ", 2)[2] for s in symbols
               if re.search(r" [TDBR] ", s) and not re.search(r" (nacre|wasm|wasi)(::|_)| (vtable|typeinfo).* nacre::", s)]
    if leaked:
        sys.exit("exported without being public:\n" + "\n".join(leaked[:40]))
    print(f"soname: {found}, {len(names)} symbols, none of an inner layer")


def manual(tmp, build):
    if not (build / "cli/generated/nacre.1").exists():
        return print("manual: not built, skipped")
    share = installed(tmp, build) / "share"
    for name, begin in [("man/man1/nacre.1", ".TH NACRE 1 "), ("bash-completion/completions/nacre", "_nacre() {"),
                        ("zsh/site-functions/_nacre", "#compdef nacre"),
                        ("fish/vendor_completions.d/nacre.fish", "complete -c nacre ")]:
        if not (share / name).is_file() or not (share / name).read_text().startswith(begin):
            sys.exit(f"manual: share/{name} is not there or does not begin with {begin}")
    print("manual: ok", flush=True)


def static_cli(tmp, build):
    folder = beside(tmp, build, "static-cli")
    configure_tree(build, folder, "-DNACRE_STATIC_CLI=ON")
    run("cmake", "--build", folder, "-j", JOBS, "--target", "nacre_cli")
    nacre = folder / "cli" / "nacre"
    if "NEEDED" in run("readelf", "-dW", nacre):
        sys.exit("static-cli: needs shared libraries")
    last = run(sys.executable, ROOT / "tests/cli/run.py", "--nacre", nacre).splitlines()[-1]
    print(f"static-cli: {nacre.stat().st_size} bytes, no shared library, tests/cli: {last}", flush=True)


def shared_build(tmp, build):
    """A build of this tree with both libraries, as packages have them."""
    folder = beside(tmp, build, "shared-build")
    if not folder.exists():
        configure_tree(build, folder, "-DBUILD_SHARED_LIBS=ON")
        run("cmake", "--build", folder, "-j", JOBS)
    return folder


def shared(tmp, build):
    if cache(build, "BUILD_SHARED_LIBS") == "ON":
        return print("shared: so is the build folder, nothing left to do")
    folder = tmp / "shared"
    folder.mkdir()
    for way in (find_package, pkg_config, soname):
        way(folder, shared_build(tmp, build))
    print("shared: ok", flush=True)


def deb(tmp, build):
    if not shutil.which("dpkg-deb"):
        return print("deb: no dpkg, skipped")
    folder, root = shared_build(tmp, build), tmp / "root"
    run("cpack", "-G", "DEB", cwd=folder)
    package = next(folder.glob("nacre_*.deb"))
    run("dpkg-deb", "-x", package, root)
    wanted = ["bin/nacre", "include/nacre/nacre.hpp", "include/nacre.h", "include/wasm.h", "lib/libnacre.a",
              "lib/libnacre.so", "lib/pkgconfig/nacre.pc", "lib/cmake/nacre/nacre-config.cmake",
              "share/doc/nacre/LICENSE", "share/man/man1/nacre.1", "share/bash-completion/completions/nacre"]
    missing = [w for w in wanted if not (root / "usr" / w).exists() and not (root / "usr" / (w + ".gz")).exists()]
    if missing:
        sys.exit(f"deb: {package.name} lacks {', '.join(missing)}")
    if not run(root / "usr/bin/nacre", "--version").startswith("nacre "):
        sys.exit("deb: the command does not run")
    app = empty_folder(tmp, "deb-app")
    run(cache(build, "CMAKE_CXX_COMPILER"), "-std=c++20", f"-I{root}/usr/include", app / "app.cpp",
        f"-L{root}/usr/lib", "-lnacre", "-o", app / "app")
    prints_what_is_shown("deb, unpacked", app / "app", {"LD_LIBRARY_PATH": str(root / "usr/lib")})
    if debian := os.environ.get("NACRE_DEBIAN_ROOT"):
        with tempfile.TemporaryDirectory(prefix="nacre-", dir=pathlib.Path(debian) / "tmp") as inside:
            shutil.copy(package, inside)
            shutil.copy(app / "app", inside)
            there = f"/tmp/{pathlib.Path(inside).name}"
            run("chroot", debian, "dpkg", "-i", f"{there}/{package.name}")
            got = run("chroot", debian, f"{there}/app")
            version = run("chroot", debian, "nacre", "--version").strip()
            run("chroot", debian, "dpkg", "-r", "nacre")
        if got != OUTPUT:
            sys.exit(f"deb: installed, the program printed {got!r}")
        print(f"deb, installed by dpkg: {version}", flush=True)


def conan(tmp, build):
    if not shutil.which("conan"):
        return print("conan: not there, skipped")
    env = {"CONAN_HOME": str(tmp / "conan"), "CCACHE_BASEDIR": str(tmp), "CCACHE_NOHASHDIR": "1",
           **({"CMAKE_CXX_COMPILER_LAUNCHER": CCACHE} if CCACHE else {})}
    run("conan", "profile", "detect", env=env)
    out = run("conan", "create", ROOT / "packaging/conan", "-s", "compiler.cppstd=20", "-s", "build_type=Debug",
              "-c", f"tools.build:jobs={JOBS}", "-c", f"tools.cmake.cmake_layout:test_folder={tmp / 'conan-test'}",
              env=env)
    if OUTPUT not in out:
        sys.exit(f"conan: the test package did not print {OUTPUT!r}:\n{out[-2000:]}")
    print("conan: ok", flush=True)


WAYS = {"find_package": find_package, "pkg-config": pkg_config, "deterministic": deterministic, "parses": parses,
        "soname": soname, "manual": manual, "fetchcontent": fetchcontent, "amalgamation": amalgamation,
        "static-cli": static_cli, "shared": shared, "deb": deb, "conan": conan}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a build folder of this tree")
    parser.add_argument("ways", nargs="*", choices=[*WAYS, "all", []])
    args = parser.parse_args()
    ways = list(WAYS)[:6] if not args.ways else list(WAYS) if "all" in args.ways else args.ways
    build = args.build.resolve()
    with tempfile.TemporaryDirectory(prefix="nacre-packaging-") as tmp:
        try:
            for way in ways:
                WAYS[way](pathlib.Path(tmp).resolve(), build)
        finally:
            for folder in build.parent.glob(pathlib.Path(tmp).name + "-*"):
                shutil.rmtree(folder)


main()
