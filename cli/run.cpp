// SPDX-License-Identifier: Apache-2.0
//
// run: a WASI program, or one exported function (--invoke).
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include <nacre/wasi.hpp>
#include <nacre/wasi_threads.hpp>

#include "command.hpp"
#include "features_option.hpp"
#include "input.hpp"
#include "os/thread.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "values.hpp"

namespace nacre::cli {

namespace {

struct Options {
  std::string engine = "auto";
  std::string invoke;
  std::vector<std::string> dirs, env;
  bool inherit_env = false;
  bool raw_terminal = false;
  std::optional<std::string> argv0;
  std::vector<std::string> listen;
  std::string trace, coredump, profile;
  std::optional<std::string> stub_imports;
  std::optional<uint64_t> fuel;
  std::optional<uint64_t> timeout_ms;
  std::optional<uint64_t> max_memory, max_stack;
  uint32_t max_threads = 64;
  FeaturesOption features;
  std::vector<std::string> rest;  // file and program arguments
};

int usage(const std::string& message) {
  std::fprintf(stderr, "nacre run: %s\nRun `nacre run --help` for more information.\n",
               message.c_str());
  return status_usage;
}

// HOST[::GUEST][::ro|::rw]
std::optional<wasi::Preopen> parse_dir(const std::string& text) {
  std::vector<std::string> parts;
  size_t from = 0;
  for (size_t at; (at = text.find("::", from)) != std::string::npos; from = at + 2)
    parts.push_back(text.substr(from, at - from));
  parts.push_back(text.substr(from));
  wasi::Preopen p;
  if (parts.size() > 1 && (parts.back() == "ro" || parts.back() == "rw")) {
    if (parts.back() == "ro") p.access = wasi::read_only;
    parts.pop_back();
  }
  if (parts.size() > 2 || parts[0].empty()) return std::nullopt;
  p.host = parts[0];
  p.guest = parts.size() == 2 ? parts[1] : parts[0];
  if (p.guest.empty()) return std::nullopt;
  return p;
}

// A variable in place of one of this name.
void set_variable(List<String>& env, const std::string& entry) {
  const std::string prefix = entry.substr(0, entry.find('=') + 1);
  for (String& e : env)
    if (e.starts_with(prefix)) {
      e = entry;
      return;
    }
  env.push_back(entry);
}

// NAME=VALUE, or NAME for the value in this process's environment.
std::optional<std::string> parse_env(const std::string& text) {
  if (text.empty() || text[0] == '=') return std::nullopt;
  if (text.find('=') != std::string::npos) return text;
  const std::string beginning = text + "=";
  for (const std::string& e : process_environment())
    if (e.starts_with(beginning)) return e;
  return beginning;
}

void trace_line(void*, StringView line) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

// Defines each missing function import as one that traps or returns zeros.
void stub_missing(Linker& linker, const Module& module, bool zero) {
  for (const ImportType& i : linker.missing(module)) {
    if (i.type.kind != ExternKind::func) continue;
    FuncType type = i.type.func;
    std::string name = i.module + "." + i.name;
    linker.func(i.module, i.name, type,
                [zero, name](Caller, std::span<const Value>, std::span<Value>) -> Result<void> {
                  if (zero) return {};
                  return trap("call of the stubbed import " + name);
                });
  }
}

// Prints what a failed call or instantiation means and gives the exit status for it.
struct Failure {
  const Options& options;
  Store& store;
  const std::string& file;

  int report(const Error& error) const {
    std::fflush(stdout);
    switch (error.kind) {
      case ErrorKind::exit:
        return error.exit_code;
      case ErrorKind::trap:
      case ErrorKind::exception:
        print_trap(error);
        dump(error);
        return status_trap;
      default:
        print_error(file, error);
        return status_failed;
    }
  }
  void dump(const Error& error) const {
    if (options.coredump.empty()) return;
    Result<void> done = write_coredump(store, error, options.coredump, file);
    if (!done) print_error("--coredump", done.error());
    else std::fprintf(stderr, "note: coredump written to %s\n", options.coredump.c_str());
  }
};

std::string export_list(const Module& module) {
  std::string out;
  for (const ExportType& e : module.exports())
    if (e.type.kind == ExternKind::func) out += (out.empty() ? "" : ", ") + e.name;
  return out.empty() ? "none" : out;
}

// What became of the program whose first thread's call gave `first`.
Result<void> outcome(wasi::Threads* threads, Result<void> first) {
  return threads ? threads->finish(std::move(first)) : first;
}

int invoke(const Options& o, const Instance& instance, wasi::Threads* threads,
           const Failure& failure) {
  Result<Func> func = instance.func(o.invoke);
  if (!func) {
    std::fprintf(stderr, "nacre: %s: no function named '%s' is exported; exported functions: %s\n",
                 failure.file.c_str(), o.invoke.c_str(), export_list(instance.module()).c_str());
    return status_failed;
  }
  FuncType type = func->type();
  if (o.rest.size() - 1 != type.params.size())
    return usage(o.invoke + " takes " + std::to_string(type.params.size()) + " arguments " +
                 to_string(type) + ", " + std::to_string(o.rest.size() - 1) + " given");
  std::vector<Value> args;
  for (size_t i = 0; i < type.params.size(); i++) {
    Result<Value> v = parse_value(type.params[i], o.rest[i + 1]);
    if (!v) return usage("argument " + std::to_string(i + 1) + ": " + v.error().message);
    args.push_back(std::move(*v));
  }
  Result<std::vector<Value>> results = func->call(args);
  Result<void> done = outcome(threads, results ? Result<void>() : results.error());
  if (!done) return failure.report(done.error());
  for (size_t i = 0; i < results->size(); i++)
    std::printf("%s\n", to_string((*results)[i]).c_str());
  return status_ok;
}

// Runs a command's _start, or a reactor's _initialize and then --invoke.
int execute(const Options& o, const Instance& instance, wasi::Threads* threads,
            const Failure& failure) {
  if (o.invoke.empty()) {
    Result<TypedFunc<void()>> start = instance.func<void()>("_start");
    if (!start) {
      std::fprintf(stderr,
                   "nacre: %s: not a WASI command: no function '_start' is exported. Use --invoke "
                   "NAME to call one of: %s\n",
                   failure.file.c_str(), export_list(instance.module()).c_str());
      return status_failed;
    }
    Result<void> done = outcome(threads, (*start)());
    return done ? status_ok : failure.report(done.error());
  }
  if (Result<TypedFunc<void()>> init = instance.func<void()>("_initialize")) {
    Result<void> done = (*init)();
    if (!done) return failure.report(outcome(threads, done).error());
  }
  return invoke(o, instance, threads, failure);
}

Config engine_config(const Options& o, bool threads) {
  Config c;
  c.features = o.features.get();
  if (o.engine == "interpreter") c.engine = EngineKind::interpreter;
  if (o.engine == "baseline") c.engine = EngineKind::baseline;
  if (o.profile == "perf") c.profile = Profile::perf_map;
  if (o.profile == "jitdump") c.profile = Profile::jitdump;
  c.interruptible = threads || o.timeout_ms.has_value();
  c.fuel = o.fuel.has_value();
  if (o.max_memory) c.max_memory = *o.max_memory;
  c.max_stack = o.max_stack.value_or(uint64_t{8} << 20);
  return c;
}

std::optional<wasi::WasiConfig> wasi_config(const Options& o, std::string& problem) {
  wasi::WasiConfig w = wasi::WasiConfig::inherit();
  w.args = o.rest;
  if (!o.invoke.empty()) w.args.resize(1);
  if (o.argv0) w.args[0] = *o.argv0;
  if (o.inherit_env)
    for (std::string& e : process_environment()) w.env.push_back(std::move(e));
  for (const std::string& e : o.env) {
    std::optional<std::string> parsed = parse_env(e);
    if (!parsed) {
      problem = "--env expects NAME=VALUE or NAME, found '" + e + "'";
      return std::nullopt;
    }
    set_variable(w.env, *parsed);
  }
  for (const std::string& d : o.dirs) {
    std::optional<wasi::Preopen> p = parse_dir(d);
    if (!p) {
      problem = "--dir expects HOST[::GUEST][::ro|::rw], found '" + d + "'";
      return std::nullopt;
    }
    w.preopens.push_back(*p);
  }
  w.listeners = o.listen;
  w.neutral_terminal = !o.raw_terminal;
  if (o.trace == "wasi") w.trace = trace_line;
  return w;
}

// What --timeout leaves, counted from when this was made.
class Deadline {
 public:
  explicit Deadline(std::optional<uint64_t> timeout_ms) : timeout_ms_(timeout_ms) {}
  bool set() const { return timeout_ms_.has_value(); }
  uint64_t left_ms() const {
    using std::chrono::milliseconds;
    const auto past = std::chrono::duration_cast<milliseconds>(Clock::now() - begin_).count();
    return *timeout_ms_ - std::min(*timeout_ms_, uint64_t(past));
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::optional<uint64_t> timeout_ms_;
  Clock::time_point begin_ = Clock::now();
};

Result<Module> load_with_progress(const Engine& engine, const std::string& file,
                                  const Deadline& deadline) {
  const ProgressLine line(engine, file);
  CompileOptions options;
  if (deadline.set()) options.stop = [&deadline] { return deadline.left_ms() == 0; };
  return load_module(engine, file, options);
}

// Says why there is no module, and gives the exit status for it.
int not_loaded(const Options& o, const std::string& file, const Error& error) {
  if (error.kind != ErrorKind::interrupted) {
    print_error(file, error);
    return status_failed;
  }
  std::fprintf(stderr,
               "nacre: %s: stopped while compiling: not ready to run after %" PRIu64
               " ms (--timeout)\n",
               file.c_str(), *o.timeout_ms);
  return status_trap;
}

// Machine code runs on the stack of the thread that calls it: on one with as much as the guest may
// use. Without such a thread it has what there is, but not where the user has said how much.
int with_guest_stack(const Options& o, const Engine& engine, std::function<int()> work) {
  struct Job {
    std::function<int()> work;
    int status;
  } job{std::move(work), 0};
  constexpr uint64_t own = uint64_t{1} << 20;
  const uint64_t guest = engine.config().max_stack;
  os::Thread thread;
  const auto body = [](void* p) {
    auto* const j = static_cast<Job*>(p);
    j->status = j->work();
  };
  if (std::string_view(engine.name()) == "interpreter") return job.work();
  if (guest <= SIZE_MAX / 2 && thread.start(body, &job, static_cast<size_t>(guest + own))) {
    thread.join();
    return job.status;
  }
  if (!o.max_stack) return job.work();
  std::fprintf(stderr,
               "nacre: %s: the system gives no thread with a stack of %" PRIu64
               " bytes (--max-stack)\n",
               o.rest[0].c_str(), guest);
  return status_failed;
}

int run(const Options& o) {
  if (o.rest.empty()) return usage("a WebAssembly file is missing");
  const std::string& file = o.rest[0];
  if (file.size() > 1 && file[0] == '-') return usage("unknown option " + file);
  std::string problem;
  std::optional<wasi::WasiConfig> config = wasi_config(o, problem);
  if (!config) return usage(problem);

  const Deadline deadline(o.timeout_ms);
  Engine engine{engine_config(o, false)};
  Result<Module> module = load_with_progress(engine, file, deadline);
  const bool threaded = module && wasi::uses_threads(*module);
  if (threaded && !engine.config().interruptible) {
    engine = Engine{engine_config(o, true)};
    module = load_with_progress(engine, file, deadline);
  }
  if (!module) return not_loaded(o, file, module.error());
  config->threads = threaded;
  Linker linker{engine};
  Result<void> added = wasi::add_to(linker, std::move(*config));
  if (!added) {
    print_error(file, added.error());
    return status_failed;
  }
  auto prepare = [&o, &deadline](Store& s) {
    if (o.fuel) s.set_fuel(*o.fuel);
    if (deadline.set()) s.set_timeout_ms(deadline.left_ms());
  };
  std::optional<wasi::Threads> threads;
  if (threaded) {
    wasi::ThreadOptions options;
    options.max_threads = o.max_threads;
    options.prepare = prepare;
    threads.emplace(linker, *module, std::move(options));
  }
  if (o.stub_imports) stub_missing(linker, *module, *o.stub_imports == "zero");

  return with_guest_stack(o, engine, [&] {
    Store store{engine};
    prepare(store);
    wasi::Threads* group = threads ? &*threads : nullptr;
    Result<Instance> instance =
        group ? group->instantiate(store) : linker.instantiate(store, *module);
    const Failure failure{o, store, file};
    if (!instance) return failure.report(outcome(group, instance.error()).error());
    return execute(o, *instance, group, failure);
  });
}

// CLI11 would take -1 for the largest number.
std::string not_negative(const std::string& text) {
  return text.starts_with('-') ? "expected a number of at least 0" : std::string();
}

// "64M", "1G", "4096".
std::string parse_size(const std::string& text, std::optional<uint64_t>& out) {
  char* end = nullptr;
  uint64_t n = std::strtoull(text.c_str(), &end, 0);
  unsigned shift = 0;
  if (end != text.c_str()) {
    if (*end == 'K' || *end == 'k') shift = 10;
    if (*end == 'M' || *end == 'm') shift = 20;
    if (*end == 'G' || *end == 'g') shift = 30;
  }
  if (end == text.c_str() || text[0] == '-' || *(end + (shift != 0)) != 0 ||
      n > (~uint64_t{0} >> shift))
    return "expected a size such as 4096, 64M or 1G";
  out = n << shift;
  return {};
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("run", "Run a WASI program, or one function of a module");
  auto o = std::make_shared<Options>();
  sub->footer("Everything after FILE belongs to the program.");
  sub->add_option("--engine", o->engine, "Engine: auto, interpreter or baseline")
      ->transform(CLI::Validator(
          [](std::string& name) {  // short for it
            if (name == "interp") name = "interpreter";
            return std::string();
          },
          ""))
      ->check(CLI::IsMember({"auto", "interpreter", "baseline"}));
  sub->add_option("--invoke", o->invoke,
                  "Call this exported function with ARGS and print its results")
      ->type_name("NAME");
  sub->add_option("--dir", o->dirs,
                  "Give the guest a directory: HOST[::GUEST][::ro|::rw]; repeatable")
      ->type_name("DIR")
      ->allow_extra_args(false);
  sub->add_option("--env", o->env, "Set a variable: NAME=VALUE, or NAME to pass it on; repeatable")
      ->type_name("VAR")
      ->allow_extra_args(false);
  sub->add_flag("--inherit-env", o->inherit_env, "Pass on this process's whole environment");
  sub->add_option("--argv0", o->argv0, "The program's name as it sees it (default: FILE)")
      ->type_name("NAME");
  sub->add_option("--listen", o->listen, "Give the guest a listening socket: HOST:PORT; repeatable")
      ->type_name("ADDR")
      ->allow_extra_args(false);
  sub->add_option("--trace", o->trace, "wasi: a line on standard error for each WASI call")
      ->check(CLI::IsMember({"wasi"}));
  sub->add_flag("--stub-imports{trap}", o->stub_imports,
                "Define missing imports: =trap (default) or =zero")
      ->check(CLI::IsMember({"trap", "zero"}));
  sub->add_option("--coredump", o->coredump, "After a trap, write what memory held to this file")
      ->type_name("FILE");
  sub->add_option("--profile", o->profile,
                  "Tell perf the code's names: perf (a map in /tmp) or jitdump (jit-PID.dump)")
      ->check(CLI::IsMember({"perf", "jitdump"}));
  sub->add_flag("--raw-terminal", o->raw_terminal,
                "Pass the guest's control sequences to the terminal");
  sub->add_option("--fuel", o->fuel, "Stop after this much work")
      ->type_name("N")
      ->check(not_negative);
  sub->add_option("--timeout", o->timeout_ms,
                  "Stop after this many milliseconds, compiling included")
      ->type_name("MS")
      ->check(not_negative);
  sub->add_option_function<std::string>(
         "--max-memory",
         [o](const std::string& s) {
           if (std::string e = parse_size(s, o->max_memory); !e.empty())
             throw CLI::ValidationError("--max-memory", e);
         },
         "Bytes one linear memory may have (64M, 1G ...)")
      ->type_name("SIZE");
  sub->add_option_function<std::string>(
         "--max-stack",
         [o](const std::string& s) {
           if (std::string e = parse_size(s, o->max_stack); !e.empty())
             throw CLI::ValidationError("--max-stack", e);
         },
         "Bytes of WebAssembly stack (default 8M)")
      ->type_name("SIZE");
  sub->add_option("--max-threads", o->max_threads,
                  "Threads a program may start, at a time (default 64)")
      ->type_name("N");
  o->features.add(*sub);
  // Everything from the file on belongs to the program.
  sub->prefix_command();
  sub->callback([&action, sub, o] {
    o->rest = sub->remaining();
    if (!o->rest.empty() && o->rest[0] == "--") o->rest.erase(o->rest.begin());
    action = [o] { return run(*o); };
  });
}

}  // namespace nacre::cli
