// SPDX-License-Identifier: Apache-2.0
#include "input.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "os/stdio.hpp"
#include "text/parse.hpp"

extern char** environ;  // POSIX and the Windows C runtime both have it

namespace nacre::cli {

std::vector<std::string> process_environment() { return os::environment(environ); }

namespace {

// A path of the command line, which is UTF-8 everywhere.
std::filesystem::path file_of(const std::string& path) {
  return std::u8string(path.begin(), path.end());
}

}  // namespace

Result<std::vector<uint8_t>> read_input(const std::string& path) {
  std::error_code none;
  if (std::filesystem::is_directory(file_of(path), none))
    return make_error(ErrorKind::io, "Is a directory");
  std::FILE* f = path == "-" ? stdin : os::open_stream(path, "rb");
  if (f == nullptr) return make_error(ErrorKind::io, std::strerror(errno));
  std::vector<uint8_t> bytes;
  uint8_t buf[1 << 16];
  for (size_t n; (n = std::fread(buf, 1, sizeof buf, f)) > 0;)
    bytes.insert(bytes.end(), buf, buf + n);
  bool failed = std::ferror(f) != 0;
  int error = errno;
  if (f != stdin) std::fclose(f);
  if (failed) return make_error(ErrorKind::io, std::strerror(error));
  return bytes;
}

Result<void> write_output(const std::string& path, std::span<const uint8_t> bytes) {
  if (path == "-") {  // whether it got there is asked when the command ends
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return {};
  }
  std::FILE* f = os::open_stream(path, "wb");
  if (f == nullptr) return make_error(ErrorKind::io, std::strerror(errno));
  bool ok = std::fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
  ok = std::fclose(f) == 0 && ok;
  if (!ok) return make_error(ErrorKind::io, std::strerror(errno));
  return {};
}

bool is_binary(std::span<const uint8_t> bytes) {
  return bytes.size() >= 4 && std::memcmp(bytes.data(), "\0asm", 4) == 0;
}

Result<std::vector<uint8_t>> load_binary(const std::string& path, Features features) {
  Result<std::vector<uint8_t>> bytes = read_input(path);
  if (!bytes || is_binary(*bytes)) return bytes;
  if (bytes->empty()) return make_error(ErrorKind::malformed, "the file is empty");
  // Neither magic nor text: say what was expected rather than what a parser stumbles over.
  bool looks_like_text = true;
  for (size_t i = 0; i < bytes->size() && i < 512; i++)
    if ((*bytes)[i] == 0) looks_like_text = false;
  if (!looks_like_text)
    return make_error(ErrorKind::malformed,
                      "magic header not detected: this is neither a WebAssembly binary nor text",
                      0);
  text::ParseOptions options;
  options.features = {features.bits};
  options.filename = path;
  std::string_view source(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  text::TextError where;
  Result<std::vector<uint8_t>> binary = text::wat_to_wasm(source, options, &where);
  if (binary) return binary;
  std::fprintf(stderr, "%s\n", where.render().c_str());
  Error shown = binary.error();
  shown.message.clear();
  return shown;
}

Result<Module> load_module(const Engine& engine, const std::string& path,
                           const CompileOptions& options) {
  std::error_code none;
  if (std::filesystem::is_regular_file(file_of(path),
                                       none)) {  // others, pipes say, can be read only once
    std::FILE* f = os::open_stream(path, "rb");
    if (f == nullptr) return make_error(ErrorKind::io, std::strerror(errno));
    uint8_t magic[4] = {};
    size_t n = std::fread(magic, 1, sizeof magic, f);
    std::fclose(f);
    if (is_binary({magic, n})) return Module::from_file(engine, path, options);
  }
  Result<std::vector<uint8_t>> bytes = load_binary(path, engine.config().features);
  if (!bytes) return bytes.error();
  return Module::compile(engine, *bytes, options);
}

}  // namespace nacre::cli
