#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""doxygen_filter.py FILE : a public header as Doxygen wants to see it, with the same line numbers.

The public headers are documented by plain `//` comments:
  - the essay at the top is about the file; lines in it that are indented by three are an example;
  - a comment directly above a declaration, or behind it on its last line, is about the declaration;
  - a comment that ends in a colon is about every declaration up to the next empty line or comment;
  - in C, an enumeration right below the type its values have shares that type's comment;
  - `// Internal.` in a class: what follows, up to the next access specifier, is not for embedders;
  - a comment that starts with `---` is a heading and about nothing.
What needs no comment: private members, namespace detail, special member functions (the comment of
the class says how it copies), friends, and declarations of types that are defined elsewhere.

The filter writes the comments in Doxygen's form and leaves out function bodies, constraints and
everything that needs no comment, so that Doxygen has to understand little of C++.

`declarations()` finds the declarations with what documents them; tests/reference/run.py uses it too.
"""
import re, sys

KEPT = {"View"}  # of namespace detail: what all views have, as their base class
# Macros that are no part of the API, and those undefined again at the end of the header.
MACROS = {"WASM_API_EXTERN", "NACRE_PUBLIC", "NACRE_EXCEPTIONS"}
DECLARE = re.compile(r"^WASM_DECLARE_(OWN|TYPE|REF|REF_BASE|SHARABLE_REF|VEC)\((\w+)(?:, ?\*?)?\)$", re.M)


class Declaration:
    """Text [start, end) of the file is its head; [start, stop) all of it, with a body."""

    def __init__(self, start, end, stop, head, scope, kind):
        self.start, self.end, self.stop = start, end, stop
        self.head, self.scope, self.kind = head, scope, kind  # kind: member, enumerator, macro
        self.exempt = False
        self.comment = None  # the words, None when there are none
        self.form = None     # above, behind, group


class Scope:
    def __init__(self, kind, name="", public=True, hidden=False):
        self.kind, self.name, self.public, self.hidden = kind, name, public, hidden
        self.internal = self.hidden_again = False


def expand_macros(text):
    """The declaring macros of wasm.h as what they stand for, on the same lines."""
    def one(m):
        name = f"wasm_{m[2]}_vec_t" if m[1] == "VEC" else f"wasm_{m[2]}_t"
        return f"typedef struct {name} {name};" + (f"  // A vector of wasm_{m[2]}_t: see WASM_DECLARE_VEC." if m[1] == "VEC" else "")
    lines = text.split("\n")
    continued = False
    for i, line in enumerate(lines):
        if not continued and not line.startswith("#"):
            lines[i] = DECLARE.sub(one, line)
        continued = line.endswith("\\")
    return "\n".join(lines)


def blank(text, start, stop):
    return text[:start] + re.sub(r"[^\n]", " ", text[start:stop]) + text[stop:]


def code_of(text):
    """`text` with comments, literals and preprocessor lines blanked; and its comments as
    {line number: (column, words)}, its macros as [(start, end, name, has value)]."""
    out, comments, macros = list(text), {}, []
    i, line, n = 0, 0, len(text)
    start_of_line = True

    def clear(a, b):
        for k in range(a, b):
            if out[k] != "\n":
                out[k] = " "
    while i < n:
        c = text[i]
        if c == "\n":
            line += 1
            start_of_line = True
        elif text.startswith("//", i):
            end = text.find("\n", i)
            end = n if end < 0 else end
            begin = text.rfind("\n", 0, i) + 1
            comments[line] = (i - begin, text[i + 2:end].rstrip())
            clear(i, end)
            i = end
            continue
        elif c == '"' or (c == "'" and not text[i - 1].isalnum()):
            end = i + 1
            while text[end] != c:
                end += 2 if text[end] == "\\" else 1
            clear(i + 1, end)
            i = end
        elif c == "#" and start_of_line:
            begin = i
            while True:
                end = text.find("\n", i)
                end = n if end < 0 else end
                if text[end - 1] != "\\":
                    break
                i = end + 1
            logical = text[begin:end]
            if "//" in logical:  # a comment behind a macro
                at = begin + logical.rindex("//")
                comments[text.count("\n", 0, at)] = (at - text.rfind("\n", 0, at) - 1, text[at + 2:end].rstrip())
            m = re.match(r"#\s*define (\w+)(\([^)]*\))?\s*(.*)", logical, re.S)
            if m:
                macros.append((begin, end, m[1], bool(m[3].split("//")[0].strip())))
            line += logical.count("\n")
            clear(begin, end)
            i = end
            continue
        elif not c.isspace():
            start_of_line = False
        i += 1
    return "".join(out), comments, macros


def without_parameters(head):
    """A declaration's head without the parameters of its template."""
    h = re.sub(r"^template\s*<", "<", head)
    while h.startswith("<"):
        depth = 0
        for k, c in enumerate(h):
            depth += (c == "<") - (c == ">" and h[k - 1] != "-")
            if depth == 0:
                break
        h = h[k + 1:].lstrip()
    return h


def is_exempt(head, scope, ends_here):
    """Declarations that need no comment of their own."""
    h = without_parameters(head)
    if re.match(r"(friend|static_assert|using \w+::\w+$)\b", h) or re.search(r"=\s*delete$", h):
        return True
    if ends_here and re.fullmatch(r"(?:class|struct|union|enum class) \w+(?: : \w+)?", h):
        return True  # defined elsewhere
    name = re.escape(scope.name) if scope.name else None
    if name:
        if re.match(rf"(virtual )?~{name}\(", h):
            return True
        if re.match(rf"(constexpr )?{name}\((const {name}\s?&|{name}\s?&&)", h):
            return True
        if re.match(rf"{name}\s?& operator=\((const )?{name}\b", h):
            return True
        if re.match(rf"(constexpr )?{name}\(\)( = default)?(?: :(?!:) .*)?$", h):
            return True
    return False


def is_initialiser(head):
    """Whether what precedes a brace is a variable with a value, or a concept."""
    head = without_parameters(head)
    while re.search(r"\([^()]*\)", head):
        head = re.sub(r"\([^()]*\)", "", head)
    return bool(re.search(r"(?<![=!<>])=(?!=)", re.sub(r"operator\W+", "", head)))


def scan(text, code):
    """All declarations outside of function bodies."""
    found, scopes = [], [Scope("namespace")]
    i, n, start = 0, len(code), None
    depth = 0
    internal_at = {m.start() for m in re.finditer(r"^\s*// Internal\b", text, re.M)}
    marks = sorted(internal_at)

    def finish(end, stop):
        nonlocal start
        if start is None:
            return
        scope = scopes[-1]
        head = " ".join(code[start:end].split())
        d = Declaration(start, end, stop, head, scope, "enumerator" if scope.kind == "enum" else "member")
        hidden = any(s.hidden for s in scopes)
        d.exempt = hidden or not all(s.public for s in scopes) or scope.internal or is_exempt(head, scope, code[end:end + 1] == ";")
        d.hidden = d.exempt
        found.append(d)
        start = None

    while i < n:
        while marks and marks[0] <= i:
            scopes[-1].internal = True
            marks.pop(0)
        c = code[i]
        if start is None:
            m = re.match(r"(public|private|protected)\s*:(?!:)", code[i:i + 20])
            if m:
                scopes[-1].public = m[1] == "public"
                scopes[-1].internal = False
                i += m.end()
                continue
            if c == "}":
                i += 1
                if len(scopes) > 1:
                    closed = scopes.pop()
                    scopes[-1].hidden |= scopes[-1].hidden_again
                    if closed.kind in ("class", "enum"):
                        end = code.find(";", i)
                        end = n - 1 if end < 0 else end
                        closed.declaration.stop = end + 1
                        i = end + 1
                continue
            if c.isspace() or c in ";,":
                i += 1
                continue
            start = i
        if c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif depth == 0 and c == ";":
            finish(i, i + 1)
        elif depth == 0 and scopes[-1].kind == "enum" and c == ",":
            finish(i, i)
        elif depth == 0 and scopes[-1].kind == "enum" and c == "}":
            finish(i, i)
            continue
        elif c == "{":
            head = " ".join(code[start:i].split())
            plain = re.sub(r"template <.*?> (?=class|struct|requires)", "", head)
            if depth == 0 and re.match(r"(inline )?namespace\b|extern \"", head):
                words = head.split()
                name = words[-1] if words[0] != "extern" else ""
                scopes.append(Scope("namespace", name, hidden=name == "detail"))
                start = None
            elif depth == 0 and re.match(r"(typedef )?enum\b", plain):
                # An enumeration without a name of its own to say belongs to a typedef above it.
                d_start = start
                finish(i, i)
                found[-1].start = d_start
                scopes.append(Scope("enum", hidden=found[-1].exempt))
                scopes[-1].declaration = found[-1]
            elif depth == 0 and re.match(r"(typedef )?(class|struct|union)\b", plain) and not re.search(r"\w\s*\)\s*(const|noexcept)?$", plain):
                m = re.match(r"(?:typedef )?(class|struct|union)\s*(?:\[\[\w+\]\]\s*|alignas\(\w+\)\s*)*(\w*)", plain)
                kept = m[2] in KEPT and scopes[-1].name == "detail"
                if kept:
                    scopes[-1].hidden, scopes[-1].hidden_again = False, True
                finish(i, i)
                scopes.append(Scope("class", m[2], public=m[1] != "class", hidden=found[-1].exempt and not kept))
                scopes[-1].declaration = found[-1]
            else:  # a body or an initialiser: to its end
                level, k = 0, i
                while k < n:
                    level += (code[k] == "{") - (code[k] == "}")
                    k += 1
                    if level == 0:
                        break
                rest = code[k:].lstrip()
                constraint = re.search(r"\brequires ?(\([^()]*\))?$", head)
                if depth == 0 and not constraint and not is_initialiser(head) and rest[:1] not in tuple(";,){&|=."):
                    finish(i, k)
                i = k
                continue
        i += 1
    return found


def attach(text, found, comments, code):
    """Gives every declaration its comment."""
    line_of = lambda at: text.count("\n", 0, at)
    code_lines = code.split("\n")
    lines = text.split("\n")
    alone = {l for l, (col, _) in comments.items() if not lines[l][:col].strip()}
    for l in sorted(alone):  # what continues a comment behind something belongs to that
        if l - 1 in comments and l - 1 not in alone and comments[l - 1][0] == comments[l][0]:
            alone.discard(l)
    group = None  # the words of a comment that ends in a colon, while it goes on
    last_line, before = -2, None
    for d in sorted(found, key=lambda d: d.start):
        first, last = line_of(d.start), line_of(max(d.start, d.stop - 1))
        if d.kind != "macro":
            last = line_of(max(d.start, d.end - 1)) if d.stop - d.end <= 1 else last
        d.first, d.last = first, last
        block = []
        l = first - 1
        while l in alone:  # the lines above
            block.insert(0, l)
            l -= 1
        d.block = block
        words = [comments[b][1] for b in block]
        behind = comments.get(last) if last not in alone else None
        head_end = line_of(d.end - 1)
        if behind is None and head_end not in alone:
            behind = comments.get(head_end)
        if words and words[0].strip().startswith("---"):
            words, group = [], None
        if words and words[0].strip().startswith("SPDX"):
            words = []
        if words:
            group = None
            if words[-1].endswith(":"):
                group = words
        elif last_line != first - 1 and last_line != first:
            group = None
        if group and not d.exempt:
            d.comment, d.form = group, "group"
        elif words:
            d.comment, d.form = words, "above"
        elif behind:
            l = last if (last in comments and last not in alone) else head_end
            d.comment, d.form, d.block = [], "behind", []
            while l in comments and (not d.block or (not lines[l][:comments[l][0]].strip() and l not in alone)):
                d.block.append(l)
                d.comment.append(comments[l][1])
                l += 1
        m = re.match(r"enum (\w+)_enum\b", d.head)
        if m and not words and before and before.first == first - 1 and before.comment and before.head.endswith(f" {m[1]}_t"):
            d.comment, d.form = before.comment, "group"
        last_line, before = last, d


def declarations(text):
    """(text, declarations, comments) of a header, wasm.h's macros expanded."""
    text = expand_macros(text)
    code, comments, macros = code_of(text)
    found = scan(text, code)
    for start, end, name, has_value in macros:
        d = Declaration(start, end, end, name, None, "macro")
        undefined = re.search(rf"^#\s*undef {name}\b", text, re.M)
        d.exempt = d.hidden = not has_value or name in MACROS or bool(undefined)
        found.append(d)
    attach(text, found, comments, code)
    return text, code, found, comments


def words_of(line):
    """One line of a comment: characters that Doxygen would take for commands are escaped."""
    parts = line.split("`")
    for k in range(0, len(parts), 2):
        parts[k] = re.sub(r'([\\@<>&$#%"*~|])', lambda m: "\\" + m[1] if m[1] not in "*~|" else m[1], parts[k])
        parts[k] = re.sub(r"(?<!\w)\*(?=\w)|\*(?!\w)", r"\*", parts[k])
    for k in range(1, len(parts), 2):
        if "\\" not in parts[k]:
            parts[k] = parts[k]
    return "`".join(parts)


def convert_block(lines):
    """Comment lines (without //) with examples marked; one result per line."""
    is_code = [bool(re.match(r" {3,}\S", l)) and not re.match(r" {3,}- ", l) for l in lines]
    for i, l in enumerate(lines):  # what continues a list item is no example
        if is_code[i]:
            k = i
            while k > 0 and is_code[k - 1]:
                k -= 1
            if k > 0 and re.match(r" {3,}- ", lines[k - 1]):
                is_code[k] = False
                for j in range(k, i + 1):
                    is_code[j] = False
    for i in range(1, len(lines) - 1):  # an empty line inside of an example
        if not lines[i].strip() and is_code[i - 1] and any(is_code[i + 1:i + 2]):
            is_code[i] = True
    out = []
    for i, l in enumerate(lines):
        if is_code[i]:
            opens = i == 0 or not is_code[i - 1]
            closes = i + 1 == len(lines) or not is_code[i + 1]
            text = l
            if opens and out and not out[-1].strip("/ "):
                out[-1] += " @code{.cpp}"
            elif opens:
                text = " @code{.cpp} " + text.strip()
            out.append(text + (" @endcode" if closes else ""))
        else:
            out.append(words_of(l))
    return out


def closing(text, k):
    """The place after what closes the parenthesis, bracket or brace at `k`."""
    level = 0
    while True:
        level += (text[k] in "([{") - (text[k] in ")]}")
        k += 1
        if level == 0:
            return k


def after_constraint(text, k):
    """The place after the constraint that starts at `k`: terms joined by && and ||."""
    while True:
        m = re.match(r"\s*", text[k:])
        k += m.end()
        m = re.match(r"requires\b\s*", text[k:])
        if m:  # a requires-expression
            k += m.end()
            if text[k] == "(":
                k = closing(text, k)
            k = closing(text, text.index("{", k))
        elif text[k] == "(":
            k = closing(text, k)
        else:
            k += len(re.match(r"[\w:]+(<[^>]*>)?", text[k:])[0])
        m = re.match(r"\s*(&&|\|\|)", text[k:])
        if not m:
            return k
        k += m.end()


def clean_head(head):
    """A declaration's head without constraints and initialisers of constructors."""
    out = head
    while True:
        m = re.search(r"\brequires\b", out)
        if not m:
            break
        k = after_constraint(out, m.end())
        out = out[:m.start()] + re.sub(r"[^\n]", " ", out[m.start():k]) + out[k:]
    depth = 0
    for k, c in enumerate(out):
        depth += (c == "(") - (c == ")")
        if depth == 0 and re.match(r"\)(\s|noexcept)*:(?!:)", out[k:]):
            return out[:k + 1] + re.sub(r"[^\n]", " ", out[k + 1:])
    return out


def one_by_one(head):
    """`int a = 0, b` as ["int a = 0", "int b"]; None for everything but several variables."""
    parts, depth, at = [], 0, 0
    for k, c in enumerate(head):
        depth += (c in "([{<") - (c in ")]}>")
        if c == "," and depth == 0:
            parts.append(head[at:k])
            at = k + 1
    first = re.match(r"([\w:<>, ]+[\s>])\w+\s*(=.*|\{.*)?$", parts[0]) if parts else None
    if not first or re.match(r"(using|typedef|template|enum|class|struct|friend)\b", head) or "\n" in head:
        return None
    return [parts[0]] + [first[1] + p.strip() for p in [*parts[1:], head[at:]]]


def filtered(text):
    text, code, found, comments = declarations(text)
    lines = text.split("\n")
    # Essay: the first block of the file.
    essay = []
    while len(essay) < len(lines) and lines[len(essay)].startswith("//"):
        essay.append(lines[len(essay)][2:])
    edits = []  # (start, stop, replacement)
    at, starts = 0, []
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    if essay:
        body = convert_block(essay[1:])
        replacement = "\n".join(["/// @file"] + [("///" + b).rstrip() for b in body])
        edits.append((0, starts[len(essay) - 1] + len(lines[len(essay) - 1]), replacement))
    done = set(range(len(essay)))
    for d in found:
        if d.hidden:
            if d.kind != "macro" or not d.head.endswith("_H"):
                edits.append((d.start, d.stop, re.sub(r"[^\n]", "", text[d.start:d.stop])))
            continue
        scope_like = d.kind == "member" and d.stop > d.end and re.match(r"(template <.*> )?(typedef )?(class|struct|union|enum)\b", d.head) and code[d.end] == "{" and is_type(d)
        if d.kind == "member" and not scope_like:
            head = text[d.start:d.end]
            if "//" not in head:
                head = clean_head(head)
                if head != text[d.start:d.end]:
                    edits.append((d.start, d.end, head))
            if code[d.end:d.end + 1] == "{":
                edits.append((d.end, d.stop, ";" + re.sub(r"[^\n]", "", text[d.end:d.stop])))
        fields = one_by_one(text[d.start:d.end]) if d.kind == "member" and d.comment else None
        if fields:  # Doxygen gives the comment to one of them only
            words = "/** " + words_of(" ".join(w.strip() for w in d.comment).rstrip(":")) + " */ "
            edits.append((d.start, d.end, "; ".join(words + f for f in fields)))
        elif d.form == "group":
            words = " ".join(w.strip() for w in d.comment).rstrip(":.") + "."
            edits.append((d.start, d.start, "/** " + words_of(words) + " */ "))
        elif d.form == "above":
            if d.block[0] in done:
                continue
            done.update(d.block)
            for b, words in zip(d.block, convert_block(d.comment)):
                a = starts[b] + comments[b][0]
                edits.append((a, starts[b] + len(lines[b]), "///" + words))
        elif d.form == "behind":
            for l in d.block:
                if l not in done:
                    done.add(l)
                    edits.append((starts[l] + comments[l][0], starts[l] + len(lines[l]), "///<" + words_of(comments[l][1])))
    # Comments of what was left out, and all others, stay plain. Nested edits: the outer one wins.
    edits.sort(key=lambda e: (e[0], e[1] != e[0], -e[1]))
    out, at = [], 0
    for start, stop, new in edits:
        if start < at:
            continue
        out.append(text[at:start])
        out.append(new)
        at = stop
    out.append(text[at:])
    return "".join(out)


def is_type(d):
    head = re.sub(r"^template <.*?> (?=class|struct|requires)", "", d.head)
    return bool(re.match(r"(typedef )?(class|struct|union|enum)\b", head)) and not re.search(r"\w\s*\)\s*(const|noexcept)?$", head)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as f:
        source = f.read()
    sys.stdout.write(filtered(source))
