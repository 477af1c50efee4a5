# SPDX-License-Identifier: Apache-2.0
# Says the same under any Python: run.py compares. The argument is an empty directory to write in.
import collections, contextlib, datetime, hashlib, io, itertools, json, os, random, re, struct, sys, textwrap

where = sys.argv[1]
data = {"name": "nacre", "list": [1, 2.5, None, True, {"deep": ["\u00e4", "\u6f22"]}], "big": 2**100}
path = os.path.join(where, "data.json")
with open(path, "w", encoding="utf-8") as f:
    json.dump(data, f, indent=1, ensure_ascii=False)
with open(path, encoding="utf-8") as f:
    print(json.load(f) == data, os.path.getsize(path))

print(re.sub(r"(?P<word>\w+)@(\d+)", r"\2:\g<word>", "a@1, bc@22, d@x"), re.findall(r"(?i)\bN\w*", "Nacre is not a nut"))
for name in ("md5", "sha1", "sha256", "sha3_256", "blake2b"):
    print(name, hashlib.new(name, b"mother of pearl").hexdigest())

os.makedirs(os.path.join(where, "sub", "deeper"))
for i in range(3):
    with open(os.path.join(where, "sub", f"{i}.bin"), "wb") as f:
        f.write(struct.pack("<Id", i, i / 7) * 1000)
os.rename(os.path.join(where, "sub", "2.bin"), os.path.join(where, "sub", "deeper", "two.bin"))
for folder, _, names in sorted(os.walk(os.path.join(where, "sub"))):
    print(os.path.relpath(folder, where).replace(os.sep, "/"), sorted((n, os.stat(os.path.join(folder, n)).st_size) for n in names))
with open(os.path.join(where, "sub", "1.bin"), "rb+") as f:
    f.seek(12 * 500)
    f.write(b"patched!")
    f.truncate(12 * 600)
    f.seek(12 * 499)
    print(hashlib.sha1(f.read()).hexdigest())
try:
    open(os.path.join(where, "absent"))
except FileNotFoundError as e:
    print(type(e).__name__, os.path.basename(e.filename))

random.seed(7)
words = [random.choice("alpha beta gamma delta".split()) for _ in range(2000)]
print(collections.Counter(words).most_common())


def primes():
    found = []
    for n in itertools.count(2):
        if all(n % p for p in itertools.takewhile(lambda p: p * p <= n, found)):
            found.append(n)
            yield n


print(sum(itertools.islice(primes(), 1500)), datetime.date(2024, 2, 29) + datetime.timedelta(days=366))
out = io.StringIO()
with contextlib.redirect_stdout(out):
    print(textwrap.fill("the quick brown fox jumps over the lazy dog " * 3, 40))
print(out.getvalue().count("\n"), pow(3, 10**6, 10**9 + 7), f"{1e22:.3f} {0.1 + 0.2!r} {-7 // 2} {10**40 % 997}")
sys.exit(5)
