#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the project's own WASI programs: run.py --nacre PATH [--only TEXT] [--engine E] [--option=OPTION ...].

The programs are in guests/: C compiled here by clang-19 with wasi-libc, or text. A C program
checks results itself and prints "N checks" at the end; what needs this side of the world (pipes,
sockets, terminals, the directory outside, time) is checked here. The last line is
'N passed, N failed, N checks in guests'.
"""
import argparse, os, pathlib, pty, re, signal, socket, subprocess, sys, tempfile, time, traceback

HERE = pathlib.Path(__file__).resolve().parent
GUESTS = HERE / "guests"
COMPILE = ["clang-19", "--target=wasm32-wasi", "-O1", "-Wall", "-Wextra", "-Werror", "-I", GUESTS]
TIMEOUT = 120
CASES = []


class Failure(Exception):
    pass


def case(f):
    CASES.append(f)
    return f


def expect(ok, *what):
    if not ok:
        raise Failure(" ".join(map(str, what)))


class World:
    """One case: an empty folder, and nacre."""

    def __init__(self, args, work, built):
        self.nacre, self.options, self.work, self.built, self.checks = args.nacre, args.option, work, built, 0

    def guest(self, name, *options):
        """The path of a program, compiled once."""
        if name.endswith(".wat"):
            return GUESTS / name
        out = self.built / (name + "".join(options).replace("/", "_") + ".wasm")
        if not out.exists():
            subprocess.run([*COMPILE, *options, GUESTS / name, "-o", out], check=True)
        return out

    def command(self, *args):
        return [str(a) for a in (self.nacre, "run", *self.options, *args)]

    def start(self, *args, **more):
        return subprocess.Popen(self.command(*args), cwd=self.work, **more)

    def run(self, *args, status=0, input=b"", **more):
        """Runs to the end; -> stdout as text. Keeps .stderr and .seconds."""
        begin = time.monotonic()
        more.setdefault("input", input)
        p = subprocess.run(self.command(*args), cwd=self.work, capture_output=True, timeout=TIMEOUT, **more)
        self.seconds = time.monotonic() - begin
        out, self.stderr = p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")
        expect(p.returncode == status, f"status {p.returncode}, expected {status}\n{out[-3000:]}\n{self.stderr[-3000:]}")
        return out

    def check(self, *args, **more):
        """Runs a program that checks itself."""
        out = self.run(*args, **more)
        counts = re.findall(r"^(\d+) checks$", out, re.M)
        expect(len(counts) == 1, "no count:", out[-2000:])
        self.checks += int(counts[0])
        return out


def snapshot(root):
    """Everything about a tree that a program could have changed."""
    found = {}
    for folder, dirs, files in os.walk(root):
        for name in [".", *dirs, *files]:
            path = os.path.join(folder, name)
            s = os.lstat(path)
            content = os.readlink(path) if os.path.islink(path) else open(path, "rb").read() if os.path.isfile(path) else None
            found[path] = (s.st_mode, s.st_size, s.st_mtime_ns, s.st_nlink, s.st_ino, content)
    return found


# --- every function


def two_directories(w):
    for name in ("rw", "ro"):
        (w.work / name / "sub").mkdir(parents=True)
        (w.work / name / "file").write_text("0123456789")
        (w.work / name / "link").symlink_to("file")
    (w.work / "outside").write_text("secret")
    return ["--dir", "rw::rw", "--dir", "ro::ro::ro", "--env", "A=1", "--env", "BB=two", "--argv0", "guest"]


def calls(w, *options):
    given = two_directories(w)
    before = snapshot(w.work / "ro"), (w.work / "outside").stat()
    w.check(*given, w.guest("calls.c", *options), "x", "yy")
    expect((snapshot(w.work / "ro"), (w.work / "outside").stat()) == before, "what is read-only or outside changed")
    expect(sorted(os.listdir(w.work / "rw")) == ["file", "link", "sub"], os.listdir(w.work / "rw"))


@case
def calls_preview1(w):
    calls(w)


@case
def calls_unstable(w):
    calls(w, "-DUNSTABLE")


def hostile(w, *options):
    (w.work / "rw").mkdir()
    (w.work / "rw" / "file").write_text("x")
    (w.work / "outside").write_text("secret")
    before = (w.work / "outside").stat()
    w.check("--dir", "rw::rw", "--max-memory", "16M", w.guest("hostile.c", "-Wl,--global-base=524288", *options))
    expect((w.work / "outside").stat() == before and sorted(os.listdir(w.work)) == ["outside", "rw"], "something outside changed")
    expect(w.seconds < 60, w.seconds, "s")


@case
def hostile_preview1(w):
    hostile(w)


@case
def hostile_unstable(w):
    hostile(w, "-DUNSTABLE")


# --- waiting


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def connect(port):
    end = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=20)
        except ConnectionRefusedError:
            expect(time.monotonic() < end, "nobody listens")
            time.sleep(0.01)


@case
def poll_together(w):
    """A pipe, a socket, a file and a timer: what is ready comes within 2 ms when the machine is free."""
    (w.work / "file").write_text("0123456789")
    rounds = ["pipe", "socket", "timer", "both"] * 15 + ["file"]
    port = free_port()
    p = w.start("--dir", ".::.", "--listen", f"127.0.0.1:{port}", w.guest("wait.c"), *rounds,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    lines = p.stdout
    late = {"pipe": [], "socket": [], "timer": []}
    with connect(port) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        read_line = lambda: lines.readline().decode().split()
        expect(read_line() == ["ready"], "not ready")
        for what in rounds:
            expect(read_line() == ["waiting"], what)
            time.sleep(0.01)
            sent = time.time_ns()
            if what == "both":  # it sees them at once
                p.send_signal(signal.SIGSTOP)
                os.waitid(os.P_PID, p.pid, os.WSTOPPED)
            if what in ("pipe", "both"):
                p.stdin.write(b"abc")
            if what in ("socket", "both"):
                s.send(b"hello")
            if what == "both":
                p.send_signal(signal.SIGCONT)
            came, due, *events = read_line()
            if what in late:
                late[what].append(int(came) - (int(due.rstrip(":")) or sent))
            want = {"pipe": ["1=3/0"], "socket": ["2=5/0"], "timer": ["0=0/0"], "both": ["1=3/0", "2=5/0"],
                    "file": ["3=10/0"]}[what]
            expect(events == want, what, events)
    p.stdin.close()
    expect(p.wait(20) == 0, "status", p.returncode)
    for what, times in late.items():
        middle = sorted(times)[len(times) // 2] / 1e6
        print(f"  {what}: {middle:.3f} ms late in the middle, {max(times) / 1e6:.3f} at most")
        expect(-0.001 < min(times) / 1e6 < 2 and middle < 1000, what, times)


@case
def deadline_interrupts(w):
    for what in ("read", "sleep"):
        read, write = os.pipe()
        begin = time.monotonic()
        p = w.start("--timeout", "300", w.guest("streams.c"), what, stdin=read, stderr=subprocess.PIPE)
        err = p.communicate(timeout=TIMEOUT)[1].decode()
        seconds = time.monotonic() - begin
        os.close(read), os.close(write)
        expect(p.returncode == 134 and 0.25 < seconds < 3, what, p.returncode, seconds, err)


@case
def listen(w):
    port = free_port()
    p = w.start("--listen", f"127.0.0.1:{port}", w.guest("echo.c"), stdout=subprocess.PIPE, text=True)
    with connect(port) as s:
        s.sendall(b"abcd")
        time.sleep(0.05)
        s.sendall(b"efgh")
        got = b""
        while len(got) < 8:
            got += s.recv(100)
        expect(got == b"abcdefgh", got)
        s.sendall(b"and then some")
        s.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := s.recv(100):
            got += chunk
        expect(got == b"AND THEN SOME", got)
    out = p.communicate(timeout=TIMEOUT)[0]
    expect(p.returncode == 0, out)
    w.checks += int(re.search(r"(\d+) checks", out)[1])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        w.run("--listen", address, w.guest("echo.c"), status=1)
        expect(f"cannot listen on {address}" in w.stderr, w.stderr)
    w.run("--listen", "nowhere", w.guest("echo.c"), status=1)


# --- standard streams


@case
def streams_closed_and_broken(w):
    guest = w.guest("streams.c")

    def shell(text, status):
        """bash with $RUN for nacre and the program."""
        env = dict(os.environ, RUN=" ".join(w.command(guest)))
        p = subprocess.run(["bash", "-c", text], env=env, capture_output=True, timeout=TIMEOUT)
        expect(p.returncode == status, f"{text}: {p.returncode}, expected {status}", p.stderr)

    shell("$RUN status", 0)
    shell("$RUN status >&-", 8)
    shell("$RUN closed <&- >&-", 88)
    shell("$RUN closed </dev/null >/dev/null", 0)
    shell("$RUN until | head -c 10 >/dev/null; exit ${PIPESTATUS[0]}", 64)
    shell("$RUN until >/dev/full", 51)


@case
def ends(w):
    guest = w.guest("streams.c")
    for code in (0, 1, 42, 125):
        w.run(guest, "exit", code, status=code)
    w.run(guest, "raise", status=134)
    expect("SIGABRT" in w.stderr, w.stderr)


@case
def streams_copy(w):
    data = os.urandom(3_000_000)
    p = subprocess.run(w.command(w.guest("streams.c"), "cat"), input=data, stdout=subprocess.PIPE, timeout=TIMEOUT)
    expect(p.returncode == 0 and p.stdout == data, "not the same")


def on_terminal(w, *args):
    """Runs with standard output on a terminal; -> the bytes it got."""
    master, slave = pty.openpty()
    p = w.start(*args, stdin=subprocess.DEVNULL, stdout=slave)
    os.close(slave)
    got = b""
    while True:
        try:
            chunk = os.read(master, 4096)
        except OSError:
            break
        if not chunk:
            break
        got += chunk
    os.close(master)
    expect(p.wait(20) == 0, "status", p.returncode)
    return got.replace(b"\r\n", b"\n")


@case
def terminal(w):
    evil = b"a\x1b[31mred\x07\x7f\tb\n\xc2\x9b1m\xc3\xa9\xe2\x82\xac"
    args = [w.guest("streams.c"), "bytes", evil.hex()]
    got = on_terminal(w, *args)
    expect(got == b"a^[[31mred^G^?\tb\n^[[1m\xc3\xa9\xe2\x82\xac", got)
    expect(on_terminal(w, "--raw-terminal", *args) == evil, "raw")
    p = subprocess.run(w.command(*args), stdout=subprocess.PIPE)  # never touched
    expect(p.stdout == evil, p.stdout)


# --- the command line


TRACE = r"""args_sizes_get() = success {count: 1, size: 6}
clock_time_get(id=7, precision=1) = inval
fd_prestat_get(fd=3, prestat=0x0) = success
path_open(fd=3, lookup=0x1, path="new", oflags=0x5, base=0x66, inheriting=0x0, fdflags=0x0) = success {fd: 4}
fd_write(fd=4, iovs=["a\n\"b\"\x1b\xff"]) = success {nwritten: 7}
fd_write(fd=4, iovs=["a\n\"b\"\x1b\xff", <outside memory>]) = fault
fd_seek(fd=4, offset=-3, whence=2) = success {position: 4}
fd_read(fd=4, iovs=[7]) = success {nread: 3}
path_rename(fd=3, path="new", to_fd=3, to="ew") = success
path_open(fd=3, lookup=0x1, path=<outside memory>, oflags=0x5, base=0x46, inheriting=0x0, fdflags=0x0) = fault
sched_yield() = success
proc_exit(code=5)
"""


@case
def trace(w):
    w.run("--dir", ".::.", "--trace=wasi", "--argv0", "trace", w.guest("trace.wat"), status=5)
    expect(w.stderr == TRACE, w.stderr)


@case
def stub_imports(w):
    guest = w.guest("stubs.wat")
    w.run("--invoke", "one", guest, status=1)
    expect('unknown import "elsewhere"."number"' in w.stderr, w.stderr)
    expect(w.run("--stub-imports", "--invoke", "one", guest) == "1\n", "one")
    expect(w.run("--stub-imports=zero", "--invoke", "sum", guest) == "0\n", "zero")
    for option in ("--stub-imports", "--stub-imports=trap"):
        w.run(option, "--invoke", "sum", guest, status=134)
        expect("elsewhere.number" in w.stderr, w.stderr)
    w.run("--stub-imports=other", guest, status=2)


# --- threads


@case
def threads_count_together(w):
    out = w.run(w.guest("threads.wat"), status=9)
    expect(out == "line\n" * 8, out)


@case
def threads_share_files(w):
    (w.work / "d").mkdir()
    w.run("--dir", "d::/d", w.guest("threads_files.wat"))
    got = sorted(p.name for p in (w.work / "d").iterdir())
    expect(got == list("abcdefgh"), got)


@case
def threads_end(w):
    guest = w.guest("threads_end.wat")

    def ends(name, status, text=""):
        read, write = os.pipe()  # standard input that has nothing
        begin = time.monotonic()
        p = w.start("--invoke", name, guest, stdin=read, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = p.communicate(timeout=TIMEOUT)
        seconds = time.monotonic() - begin
        os.close(read), os.close(write)
        expect(p.returncode == status, f"{name}: status {p.returncode}, expected {status}: {err.decode()}")
        expect(text in err.decode(), f"{name}: {err.decode()}")
        expect(seconds < 10, f"{name}: {seconds} s")

    for name in ("exit_while_waiting", "exit_while_spinning", "exit_while_reading", "exit_while_sleeping"):
        ends(name, 42)
    for name in ("trap_while_waiting", "trap_while_spinning"):
        ends(name, 134, "thread 1: ")
        ends(name, 134, "unreachable")
    ends("first_returns", 0)
    ends("first_exits", 3)
    ends("first_traps", 134, "unreachable")


@case
def threads_limits(w):
    guest = w.guest("threads_end.wat")
    expect(w.run("--invoke", "many", guest) == "64\n", "default limit")
    expect(w.run("--invoke", "many", "--max-threads", "5", guest) == "5\n", "limit of 5")
    expect(w.run("--invoke", "spawn", "--max-threads", "0", guest, "6") == "-6\n", "no threads")
    expect(w.run("--invoke", "one_by_one", "--max-threads", "8", guest) == "300\n", "one by one")
    expect(w.run("--invoke", "spawn", w.guest("threads_none.wat")) == "-58\n", "no thread function")


@case
def threads_deadline(w):
    w.run("--timeout", "300", "--invoke", "trap_while_waiting", w.guest("threads_end.wat"), status=134)
    w.run("--timeout", "300", "--invoke", "spawn", w.guest("threads_end.wat"), "2", status=0)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--nacre", required=True, type=lambda p: pathlib.Path(p).resolve())
    ap.add_argument("--only", default="", help="only cases whose name contains this")
    ap.add_argument("--engine", help="of nacre run")
    ap.add_argument("--skip", action="append", default=[], metavar="CASE=WHY")
    ap.add_argument("--option", action="append", default=[], help="passed on to nacre run")
    args = ap.parse_args()
    if args.engine:
        args.option.append(f"--engine={args.engine}")
    skip = dict(s.split("=", 1) for s in args.skip)
    passed = failed = checks = 0
    with tempfile.TemporaryDirectory() as built:
        for f in CASES:
            if args.only not in f.__name__:
                continue
            if f.__name__ in skip:
                print(f"{f.__name__}: skipped: {skip[f.__name__]}")
                continue
            with tempfile.TemporaryDirectory() as work:
                w = World(args, pathlib.Path(work), pathlib.Path(built))
                try:
                    f(w)
                    passed += 1
                    print(f"{f.__name__}: ok")
                except Exception as e:
                    failed += 1
                    print(f"{f.__name__}: FAILED: {e if isinstance(e, Failure) else traceback.format_exc()}")
                checks += w.checks
            sys.stdout.flush()
    print(f"{passed} passed, {failed} failed, {checks} checks in guests")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
