// SPDX-License-Identifier: Apache-2.0
//
// compile: what the baseline compiler makes of a module: how much and how fast, the code itself,
// or a listing of it.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "api/data.hpp"
#include "baseline/baseline.hpp"
#include "baseline/listing.hpp"
#include "binary/names.hpp"
#include "command.hpp"
#include "disassemble.hpp"
#include "features_option.hpp"
#include "input.hpp"
#include "os/clock.hpp"
#include "os/stdio.hpp"
#include "progress.hpp"
#include "report.hpp"

namespace nacre::cli {

namespace {

struct Options {
  std::string file, emit, out, func, cpu = "native";
  uint32_t threads = 0;
  bool no_signals = false, interruptible = false, fuel = false;
  FeaturesOption features;
};

int fail(const std::string& message) {
  std::fprintf(stderr, "nacre compile: %s\n", message.c_str());
  return status_failed;
}

// Code can be made for a lesser or a better processor than this one; it is not run.
os::CpuFeatures cpu_features(const std::string& name) {
  namespace cpu = os::cpu;
  if (name == "native") return os::cpu_features();
  os::CpuFeatures floor{cpu::sse41};
  if (name == "sse4.1") return floor;
  return {floor.bits | cpu::sse42 | cpu::popcnt | cpu::lzcnt | cpu::bmi1 | cpu::bmi2 | cpu::avx |
          cpu::avx2 | cpu::fma | cpu::movbe};
}

Result<Engine> make_engine(const Options& o) {
  Config config;
  config.features = o.features.get();
  config.engine = EngineKind::baseline;
  config.signals = !o.no_signals;
  config.interruptible = o.interruptible;
  config.fuel = o.fuel;
  config.compile_threads = o.threads;
  baseline::Options options;
  options.guarded = config.signals;
  options.interruptible = config.interruptible;
  options.fuel = config.fuel;
  options.threads = config.compile_threads;
  options.features = cpu_features(o.cpu);
  Result<std::shared_ptr<runtime::ExecEngine>> exec = baseline::make_baseline(options);
  if (!exec) return std::move(exec.error());
  auto data = std::make_unique<detail::EngineData>();
  data->config = config;
  data->registry = std::make_shared<runtime::TypeRegistry>();
  data->exec = std::move(*exec);
  return Engine(detail::Handle<detail::EngineData>::adopt(data.release()));
}

struct Seconds {
  uint64_t cpu = 0, wall = 0;  // nanoseconds
  static Seconds now() {
    Seconds s;
    os::clock_now(os::Clock::process_cpu, s.cpu);
    os::clock_now(os::Clock::monotonic, s.wall);
    return s;
  }
};

// The most memory this process ever had, in bytes; 0 when the system does not say.
uint64_t peak_memory() {
  std::FILE* f = std::fopen("/proc/self/status", "rb");
  if (f == nullptr) return 0;
  char line[256];
  uint64_t kib = 0;
  while (std::fgets(line, sizeof line, f) != nullptr)
    if (std::sscanf(line, "VmHWM: %" SCNu64, &kib) == 1) break;
  std::fclose(f);
  return kib * 1024;
}

void print_statistics(const Options& o, const Module& module, const codegen::CodeImage& image,
                      const Seconds& begin, const Seconds& end) {
  uint64_t wasm = 0;
  for (const wasm::Body& b : module.data()->module().bodies) wasm += b.size;
  const uint64_t code = image.code().size();
  const double cpu = double(end.cpu - begin.cpu) / 1e9, wall = double(end.wall - begin.wall) / 1e9;
  const auto ratio = [](double a, double b) { return b > 0 ? a / b : 0; };
  const uint32_t threads = baseline::compile_threads(*module.data()->compiled->code);
  std::printf("%s: %zu bytes\n", o.file.c_str(), module.bytes().size());
  std::printf("functions     %12" PRIu32 "\n", image.functions().size());
  std::printf("wasm code     %12" PRIu64 " bytes\n", wasm);
  std::printf("machine code  %12" PRIu64 " bytes, %.2f per byte of wasm code\n", code,
              ratio(double(code), double(wasm)));
  std::printf("side tables   %12zu bytes of sites\n", image.sites().bytes());
  std::printf("time          %12.3f s of CPU, %.3f s on %" PRIu32 " thread%s\n", cpu, wall, threads,
              threads == 1 ? "" : "s");
  std::printf("speed         %12.1f MB of wasm code a second of CPU\n",
              ratio(double(wasm) / 1e6, cpu));
  if (const uint64_t peak = peak_memory(); peak != 0)
    std::printf("peak memory   %12.1f MiB\n", double(peak) / (1 << 20));
}

// --- emitting

// The defined functions that --func asks for: of this index, or of this name or export. All
// without it; none when there is no such function.
std::vector<uint32_t> chosen_functions(const Options& o, const wasm::Module& module,
                                       const binary::NameMap& names) {
  std::vector<uint32_t> out;
  const uint32_t imported = module.num_imported_funcs;
  char* end = nullptr;
  const uint64_t index = std::strtoull(o.func.c_str(), &end, 10);
  const bool number = !o.func.empty() && *end == 0;
  for (uint32_t i = 0; i < module.num_defined_funcs(); ++i) {
    const uint32_t f = imported + i;
    bool wanted = o.func.empty() || (number ? f == index : names.find(f) == o.func);
    if (!wanted && !number)
      for (const wasm::Export& e : module.exports)
        wanted |= e.kind == wasm::ExternKind::func && e.index == f && e.name == o.func;
    if (wanted) out.push_back(i);
  }
  return out;
}

int emit_listing(const Options& o, const Module& module, const codegen::CodeImage& image) {
  const wasm::Module& m = module.data()->module();
  const binary::NameMap names = binary::NameSection::of(m).names(binary::NameKind::function);
  std::vector<baseline::ListedFunction> functions;
  for (const uint32_t i : chosen_functions(o, m, names))
    functions.push_back(baseline::list_function(image, i));
  if (functions.empty() && !o.func.empty()) return fail("no function '" + o.func + "' to list");
  std::FILE* out = o.out.empty() || o.out == "-" ? stdout : os::open_stream(o.out, "wb");
  if (out == nullptr) return fail("cannot write " + o.out);
  const auto name = [&names](uint32_t f) {
    const std::string index = "func[" + std::to_string(f) + "]";
    const std::string_view known = names.find(f);
    return known.empty() ? index : index + " " + printable(std::string(known));
  };
  const bool shown = write_listing(out, {image, m, name}, functions);
  const bool written = out == stdout || std::fclose(out) == 0;
  if (!shown)
    std::fputs("note: neither objdump nor llvm-objdump could be run: bytes are shown\n", stderr);
  return written ? status_ok : fail("cannot write " + o.out);
}

int run_compile(const Options& o) {
  Result<Engine> engine = make_engine(o);
  if (!engine) {
    print_error(o.file, engine.error());
    return status_failed;
  }
  Result<std::vector<uint8_t>> bytes = load_binary(o.file, o.features.get());
  if (!bytes) {
    print_error(o.file, bytes.error());
    return status_failed;
  }
  const Seconds begin = Seconds::now();
  Result<Module> module = [&] {
    const ProgressLine progress(*engine, o.file);
    return Module::compile_borrowed(*engine, *bytes);
  }();
  const Seconds end = Seconds::now();
  if (!module) {
    print_error(o.file, module.error());
    return status_failed;
  }
  const codegen::CodeImage& image = baseline::code_image(*module->data()->compiled->code);
  if (o.emit == "asm") return emit_listing(o, *module, image);
  if (!o.out.empty()) {
    Result<void> written = write_output(o.out, image.code());
    if (!written) {
      print_error(o.out, written.error());
      return status_failed;
    }
  }
  if (o.emit.empty() && o.out != "-") print_statistics(o, *module, image, begin, end);
  return status_ok;
}

}  // namespace

void add_compile(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("compile", "Compile a module to machine code and show it");
  auto o = std::make_shared<Options>();
  sub->footer("Prints statistics unless --emit is given.");
  sub->add_option("file", o->file, "Module, binary or text")->required();
  sub->add_option("--emit", o->emit, "asm: a listing; code: the bytes alone")
      ->check(CLI::IsMember({"asm", "code"}));
  sub->add_option("-o,--output", o->out, "Output file; - for standard output. Without --emit: code")
      ->type_name("FILE");
  sub->add_option("--func", o->func, "List this function alone")->type_name("NAME|INDEX");
  sub->add_option("--threads", o->threads, "Threads that compile (default: all the machine has)")
      ->type_name("N");
  sub->add_flag("--no-signals", o->no_signals, "Check every memory access in the code");
  sub->add_flag("--interruptible", o->interruptible, "Make code that notices interrupts");
  sub->add_flag("--fuel", o->fuel, "Make code that counts what it does");
  sub->add_option("--cpu", o->cpu, "Processor to make code for: native, sse4.1 or avx2")
      ->check(CLI::IsMember({"native", "sse4.1", "avx2"}));
  o->features.add(*sub);
  sub->callback([&action, o] {
    if (!o->func.empty() && o->emit != "asm")
      throw CLI::ValidationError("--func", "needs --emit asm");
    if (o->emit == "code" && o->out.empty())
      throw CLI::ValidationError("--emit", "code needs -o FILE");
    action = [o] { return run_compile(*o); };
  });
}

}  // namespace nacre::cli
