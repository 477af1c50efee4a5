// SPDX-License-Identifier: Apache-2.0
//
// One line per call, in the manner of strace:
//   path_open(fd=3, lookup=0x1, path="a.txt", oflags=0x1, ...) = success {fd: 4}
// Kinds of arguments: u and i numbers, x hexadecimal, k clock, p pointer; s a string (two
// arguments), o a string the call fills (two arguments), v and w buffers to fill and to write from
// (two arguments); U and L pointers to a 32- or 64-bit result, printed after success.
#include "wasi/errno.hpp"
#include "wasi/table.hpp"

namespace nacre::wasi {
namespace {

constexpr size_t max_text = 64;
constexpr uint32_t max_shown_slices = 8;

void append_hex(std::string& out, uint64_t v) {
  char digits[16];
  int n = 0;
  do digits[n++] = "0123456789abcdef"[v & 15];
  while ((v >>= 4) != 0);
  out += "0x";
  while (n > 0) out += digits[--n];
}

// Quotes bytes of the guest's; nothing a terminal would obey gets through.
void append_quoted(std::string& out, const uint8_t* p, size_t n) {
  out += '"';
  for (size_t i = 0; i < n && i < max_text; ++i) {
    uint8_t b = p[i];
    if (b == '\n') out += "\\n";
    else if (b == '"' || b == '\\') (out += '\\') += static_cast<char>(b);
    else if (b >= 0x20 && b < 0x7f) out += static_cast<char>(b);
    else ((out += "\\x") += "0123456789abcdef"[b >> 4]) += "0123456789abcdef"[b & 15];
  }
  out += n > max_text ? "\"..." : "\"";
}

void append_string(std::string& out, const Call& c, uint32_t at, uint32_t size) {
  const uint8_t* p = c.memory.bytes(at, size);
  if (p == nullptr) out += "<outside memory>";
  else append_quoted(out, p, size);
}

void append_slices(std::string& out, const Call& c, uint32_t at, uint32_t count, bool contents) {
  out += '[';
  for (uint32_t i = 0; i < count && i < max_shown_slices; ++i) {
    uint32_t p, n;
    if (i != 0) out += ", ";
    if (at > UINT32_MAX - 8 * (i + 1) || c.memory.load(at + 8 * i, &p) != Errno::success ||
        c.memory.load(at + 8 * i + 4, &n) != Errno::success) {
      out += "<outside memory>";
      break;
    }
    if (contents) append_string(out, c, p, n);
    else out += std::to_string(n);
  }
  out += count > max_shown_slices ? ", ...]" : "]";
}

std::string clock_name(uint64_t id) {
  static constexpr const char* names[] = {"realtime", "monotonic", "process_cputime",
                                          "thread_cputime"};
  return id < 4 ? names[id] : std::to_string(id);
}

class Line {
 public:
  Line(const Function& f, const Call& c, const uint64_t* args) : c_(c), args_(args) {
    text_ = std::string(f.name) + "(";
    for (std::string_view rest = f.trace; !rest.empty();) {
      size_t space = rest.find(' ');
      std::string_view item = rest.substr(0, space);
      rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
      argument(item.substr(0, item.size() - 2), item.back());
    }
    text_ += ")";
  }

  std::string finish(const Function& f, Errno result) {
    if (!f.returns_errno) return std::move(text_);
    text_ += std::string(" = ") + errno_name(result);
    if (result == Errno::success && !results_.empty()) text_ += " {" + results_ + "}";
    return std::move(text_);
  }

 private:
  uint32_t u32() { return static_cast<uint32_t>(*args_++); }

  void argument(std::string_view name, char kind) {
    if (kind == 'U' || kind == 'L') return result(name, kind);
    if (text_.back() != '(') text_ += ", ";
    (text_ += name) += '=';
    switch (kind) {
      case 'u':
        text_ += std::to_string(*args_++);
        break;
      case 'i':
        text_ += std::to_string(static_cast<int64_t>(*args_++));
        break;
      case 'k':
        text_ += clock_name(*args_++);
        break;
      case 's': {
        uint32_t at = u32();
        append_string(text_, c_, at, u32());
        break;
      }
      case 'o': {
        uint32_t at = u32();
        append_string(text_, c_, at, u32());
        break;
      }
      case 'v': {
        uint32_t at = u32();
        append_slices(text_, c_, at, u32(), false);
        break;
      }
      case 'w': {
        uint32_t at = u32();
        append_slices(text_, c_, at, u32(), true);
        break;
      }
      default:
        append_hex(text_, *args_++);
        break;
    }
  }

  void result(std::string_view name, char kind) {
    uint32_t at = u32(), small = 0;
    uint64_t value = 0;
    if (kind == 'L') c_.memory.load(at, &value);
    else if (c_.memory.load(at, &small) == Errno::success) value = small;
    if (!results_.empty()) results_ += ", ";
    ((results_ += name) += ": ") += std::to_string(value);
  }

  const Call& c_;
  const uint64_t* args_;
  std::string text_, results_;
};

}  // namespace

std::string trace_line(const Function& f, const Call& c, const uint64_t* args, Errno result) {
  return Line(f, c, args).finish(f, result);
}

}  // namespace nacre::wasi
