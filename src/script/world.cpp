// SPDX-License-Identifier: Apache-2.0
#include "script/world.hpp"

#include "script/load.hpp"
#include "script/match.hpp"
#include "script/spectest.hpp"
#include "text/parse.hpp"

namespace nacre::script {

using text::Command;
using text::CommandKind;
using text::ModuleSource;

namespace {

Error unknown(const char* what, const std::string& id) {
  return make_error(ErrorKind::invalid_argument, id.empty()
                                                     ? std::string("no ") + what + " so far"
                                                     : std::string("no ") + what + " called " + id);
}

std::string error_words(const Error& e) {
  return std::string(to_string(e.kind)) + ": " + e.message;
}

// Whether `code` is the trap a script means by `text`.
bool is_trap(TrapCode code, std::string_view text) {
  const std::string_view words = to_string(code);
  return text.starts_with(words) || words.starts_with(text);
}

}  // namespace

// Keeps the calls it was told of, and has the collector run whenever it is told something.
struct World::Listener : FunctionListener {
  void before(ListenerCall& call, Span<const Value>) override {
    disturb(call);
    open.push_back(call.function().index);
  }
  void after(ListenerCall& call, Span<const Value>) override {
    disturb(call);
    end(call);
  }
  void trap(ListenerCall& call, const Error&) override {
    disturb(call);
    end(call);
  }
  void disturb(ListenerCall& call) {
    // The collector looks at every frame: not while a script exhausts the stack.
    if (with_garbage && open.size() < 1000) static_cast<void>(Ref::host(call.caller(), 1));
  }
  void end(ListenerCall& call) {
    wrong |= open.empty() || open.back() != call.function().index;
    if (!open.empty()) open.pop_back();
  }
  std::vector<uint32_t> open;  // function indices
  bool wrong = false, with_garbage = false;
};

World::World(const Engine& engine, std::string_view file, const Options& options)
    : engine_(engine), file_(file), options_(options), store_(engine), linker_(engine) {
  if (options.listen) {
    listener_ = std::make_shared<Listener>();
    listener_->with_garbage = options.config.gc_stress;
  }
  if (options.config.fuel) store_.set_fuel(options.fuel);
  Result<void> ok = define_spectest(linker_, store_, options.config.features);
  if (!ok) {
    Command none;
    fail(none, Check::action, "spectest: " + error_words(ok.error()));
  }
}

World::~World() {
  while (!threads_.empty()) join(threads_.begin()->first);
}

void World::run(std::span<const Command> commands) {
  for (size_t i = 0; i < commands.size(); ++i) {
    const Command& c = commands[i];
    if (options_.timeout_ms) store_.set_timeout_ms(options_.timeout_ms);
    if (c.kind == CommandKind::thread) start_thread(c, commands.subspan(i + 1, c.size));
    else run_one(c);
    i += c.size;
  }
  while (!threads_.empty()) join(threads_.begin()->first);
  check_listener();
}

void World::run_one(const Command& c) {
  switch (c.kind) {
    case CommandKind::module:
      return run_module(c);
    case CommandKind::instance:
      return run_instance(c);
    case CommandKind::register_:
      return run_register(c);
    case CommandKind::assert_return:
      return check_return(c);
    case CommandKind::assert_return_canonical_nan:
    case CommandKind::assert_return_arithmetic_nan:
      return check_nan(c);
    case CommandKind::assert_exception:
      return check_exception(c);
    case CommandKind::assert_exhaustion:
      return check_exhaustion(c);
    case CommandKind::assert_trap:
      return check_trap(c);
    case CommandKind::assert_unlinkable:
      return check_unlinkable(c);
    case CommandKind::assert_invalid:
      return check_rejected(c, Check::assert_invalid, ErrorKind::invalid);
    case CommandKind::assert_malformed:
      return check_rejected(c, Check::assert_malformed, ErrorKind::malformed);
    case CommandKind::assert_invalid_custom:
      return check_rejected(c, Check::assert_invalid_custom, ErrorKind::invalid);
    case CommandKind::assert_malformed_custom:
      return check_rejected(c, Check::assert_malformed_custom, ErrorKind::malformed);
    case CommandKind::action: {
      const Result<Values> r = perform(c.action);
      return expect_ok(c, Check::action, r.has_value(), r ? Error() : r.error());
    }
    case CommandKind::wait:
      if (threads_.count(c.id) == 0) return fail(c, Check::action, "no thread called " + c.id);
      join(c.id);
      return pass(Check::action);
    // Meta commands direct a reference interpreter's own reading and writing of files.
    case CommandKind::script:
    case CommandKind::input:
    case CommandKind::output:
    case CommandKind::thread:
      return;
  }
}

// --- modules and instances

Result<std::vector<uint8_t>> World::to_binary(const ModuleSource& source,
                                              const Features& features) const {
  if (source.form == ModuleSource::Form::binary)
    return std::vector<uint8_t>(source.bytes.begin(), source.bytes.end());
  text::ParseOptions options;
  options.features = features;
  const bool quoted = source.form == ModuleSource::Form::quote;
  options.first_line = quoted ? 1 : source.line;
  return text::wat_to_wasm(quoted ? std::string_view(source.bytes) : source.text, options);
}

Result<Module> World::load(const ModuleSource& source) {
  Result<std::vector<uint8_t>> binary = to_binary(source, options_.config.features);
  if (!binary) return std::move(binary.error());
  Result<Module> module = Module::compile(engine_, *binary, compile_options());
  if (!module || options_.round_trip == RoundTrip::none) return module;
  Result<std::vector<uint8_t>> again =
      round_trip(std::move(*binary), options_.round_trip, options_.config.features);
  if (!again) return std::move(again.error());
  return Module::compile(engine_, *again, compile_options());
}

CompileOptions World::compile_options() const {
  if (listener_ == nullptr) return {};
  return {.listeners = [listener = listener_](const FunctionInfo&) { return listener.get(); }};
}

void World::check_listener() {
  if (listener_ == nullptr) return;
  Command none;
  if (listener_->wrong || !listener_->open.empty())
    fail(none, Check::action, "listeners: an end without its beginning, or the reverse");
  listener_->open.clear();
  listener_->wrong = false;
}

Result<Module> World::module_of(const ModuleSource& source) {
  return source.is_instance ? find_module(source.module_id) : load(source);
}

Result<Instance> World::instantiate(const Module& module) {
  return linker_.instantiate(store_, module);
}

Result<Module> World::find_module(const std::string& id) {
  if (id.empty()) {
    if (latest_module_.empty()) return unknown("module", id);
    return latest_module_.back();
  }
  const auto at = modules_.find(id);
  if (at == modules_.end()) return unknown("module", id);
  return at->second;
}

Result<Instance> World::find_instance(const std::string& id) {
  if (id.empty()) {
    if (latest_instance_.empty()) return unknown("instance", id);
    return latest_instance_;
  }
  const auto at = instances_.find(id);
  if (at == instances_.end() || at->second.instance.empty()) return unknown("instance", id);
  return at->second.instance;
}

void World::run_module(const Command& c) {
  Result<Module> module = load(c.module);
  if (!module) {
    latest_module_.clear();
    if (!c.module.is_definition) latest_instance_ = Instance();
    return fail(c, Check::module, error_words(module.error()));
  }
  latest_module_ = {*module};
  if (!c.id.empty()) modules_.insert_or_assign(c.id, *module);
  if (c.module.is_definition) return pass(Check::module);
  run_instance(c);
}

void World::run_instance(const Command& c) {
  Result<Module> module = find_module(c.kind == CommandKind::module ? c.id : c.module_id);
  if (!module) return fail(c, Check::module, error_words(module.error()));
  Result<Instance> instance = instantiate(*module);
  latest_instance_ = instance ? *instance : Instance();
  if (!c.id.empty()) instances_[c.id] = {latest_instance_, {}};
  expect_ok(c, Check::module, instance.has_value(), instance ? Error() : instance.error());
}

void World::run_register(const Command& c) {
  const auto named = instances_.find(c.id);
  linker_.remove(c.text);
  if (!c.id.empty() && named != instances_.end() && named->second.instance.empty()) {
    for (const NamedExtern& e : named->second.shared) linker_.define(c.text, e.name, e.item);
    return pass(Check::action);
  }
  Result<Instance> instance = find_instance(c.id);
  if (!instance) return fail(c, Check::action, error_words(instance.error()));
  linker_.instance(c.text, *instance);
  pass(Check::action);
}

Result<World::Values> World::perform(const text::Action& action) {
  Result<Instance> instance = find_instance(action.instance);
  if (!instance) return std::move(instance.error());
  if (action.is_get) {
    Result<Global> global = instance->global(action.name);
    if (!global) return std::move(global.error());
    return Values{global->get()};
  }
  Result<Func> func = instance->func(action.name);
  if (!func) return std::move(func.error());
  Values args;
  for (const text::ScriptValue& v : action.args) {
    Result<Value> value = to_value(store_, v);
    if (!value) return std::move(value.error());
    args.push_back(std::move(*value));
  }
  return func->call(args);
}

// --- assertions

void World::check_return(const Command& c) {
  const Result<Values> r = perform(c.action);
  if (!r)
    return fail(c, Check::assert_return, c.action.name + " failed: " + error_words(r.error()));
  bool same = r->size() == c.results.size();
  for (size_t i = 0; same && i < r->size(); ++i) same = matches(c.results[i], (*r)[i]);
  if (same) return pass(Check::assert_return);
  fail(c, Check::assert_return,
       c.action.name + " gave " + print_values(*r) + ", expected " + print_values(c.results));
}

void World::check_nan(const Command& c) {
  const Result<Values> r = perform(c.action);
  const bool canonical = c.kind == CommandKind::assert_return_canonical_nan;
  if (!r)
    return fail(c, Check::assert_return, c.action.name + " failed: " + error_words(r.error()));
  const auto pattern = canonical ? text::NanPattern::canonical : text::NanPattern::arithmetic;
  if (r->size() == 1 && matches_nan((*r)[0], pattern)) return pass(Check::assert_return);
  fail(c, Check::assert_return,
       c.action.name + " gave " + print_values(*r) + ", expected " +
           (canonical ? "a canonical" : "an arithmetic") + " NaN");
}

void World::check_trap(const Command& c) {
  Error error;
  if (c.has_action) {
    Result<Values> r = perform(c.action);
    if (r)
      return fail(c, Check::assert_trap,
                  c.action.name + " returned, expected the trap \"" + c.text + "\"");
    error = std::move(r.error());
  } else {
    Result<Module> module = module_of(c.module);
    if (!module)
      return fail(c, Check::assert_trap,
                  "the module does not load: " + error_words(module.error()));
    Result<Instance> instance = instantiate(*module);
    if (instance)
      return fail(c, Check::assert_trap, "instantiated, expected the trap \"" + c.text + "\"");
    error = std::move(instance.error());
  }
  if (error.kind == ErrorKind::trap && !is_trap(trap_code(error), c.text))
    return fail(c, Check::assert_trap,
                error_words(error) + ", expected the trap \"" + c.text + "\"");
  expect_error(c, Check::assert_trap, error, ErrorKind::trap, c.text);
}

void World::check_exhaustion(const Command& c) {
  const Result<Values> r = perform(c.action);
  if (r) return fail(c, Check::assert_exhaustion, c.action.name + " returned, expected exhaustion");
  if (r.error().kind == ErrorKind::trap && trap_code(r.error()) != TrapCode::stack_exhausted)
    return fail(c, Check::assert_exhaustion, error_words(r.error()) + ", expected exhaustion");
  expect_error(c, Check::assert_exhaustion, r.error(), ErrorKind::trap, c.text);
}

void World::check_exception(const Command& c) {
  const Result<Values> r = perform(c.action);
  if (r)
    return fail(c, Check::assert_exception, c.action.name + " returned, expected an exception");
  expect_error(c, Check::assert_exception, r.error(), ErrorKind::exception, c.text);
}

void World::check_unlinkable(const Command& c) {
  Result<Module> module = module_of(c.module);
  if (!module)
    return fail(c, Check::assert_unlinkable,
                "the module does not load: " + error_words(module.error()));
  Result<Instance> instance = instantiate(*module);
  if (instance)
    return fail(c, Check::assert_unlinkable,
                "instantiated, expected unlinkable \"" + c.text + "\"");
  expect_error(c, Check::assert_unlinkable, instance.error(), ErrorKind::unlinkable, c.text);
}

void World::check_rejected(const Command& c, Check check, ErrorKind kind) {
  Result<Module> module = module_of(c.module);
  if (module &&
      (check == Check::assert_invalid_custom || check == Check::assert_malformed_custom)) {
    const Result<void> customs = check_customs(*module);
    if (!customs) return expect_error(c, check, customs.error(), kind, c.text);
  }
  if (module)
    return fail(c, check,
                std::string("accepted, expected ") + to_string(kind) + " \"" + c.text + "\"");
  if (is_of_later_level(c, module.error())) {
    ++result_.later_level;
    return pass(check);
  }
  expect_error(c, check, module.error(), kind, c.text);
}

// An older level's scripts call what came later malformed or invalid: there was no word for it.
// nacre says `unsupported`, which is as good as that where a feature is off, provided that it is
// true: with every feature on, the module must get past the place it was refused at, or have the
// right form.
bool World::is_of_later_level(const Command& c, const Error& error) const {
  if (error.kind != ErrorKind::unsupported || c.module.is_instance) return false;
  if (options_.config.features == Features::all()) return false;
  const Result<std::vector<uint8_t>> binary = to_binary(c.module, Features::all());
  if (!binary) return binary.error().offset > error.offset;
  const Engine everything{{.engine = EngineKind::interpreter}};
  const Result<void> valid = Module::validate(everything, *binary);
  return valid || valid.error().offset > error.offset || valid.error().kind == ErrorKind::invalid;
}

// --- scoring

void World::fail(const Command& c, Check check, std::string reason) {
  ++result_.by_check[static_cast<size_t>(check)].failed;
  result_.failures.push_back({file_, c.line, check, std::move(reason)});
}

void World::expect_ok(const Command& c, Check check, bool ok, const Error& error) {
  if (ok) pass(check);
  else fail(c, check, error_words(error));
}

void World::expect_error(const Command& c, Check check, const Error& error, ErrorKind kind,
                         std::string_view text) {
  if (error.kind != kind)
    return fail(
        c, check,
        error_words(error) + ", expected " + to_string(kind) + " \"" + std::string(text) + "\"");
  if (std::string_view(error.message).starts_with(text)) return pass(check);
  ++result_.text_mismatches;
  fail(c, check, "text: " + error_words(error) + ", expected \"" + std::string(text) + "\"");
}

// --- threads

// Gives a thread the shared memories that one of our instances exports.
void World::lend(World& thread, const std::string& module_id) {
  const auto at = instances_.find(module_id);
  if (at == instances_.end()) return;
  NamedInstance& lent = thread.instances_[module_id];
  const List<NamedExtern> items =
      at->second.instance.empty() ? at->second.shared : at->second.instance.exports();
  for (const NamedExtern& e : items) {
    const SharedMemory memory = e.item.memory().share();
    if (memory.empty()) continue;
    if (Result<Memory> attached = Memory::attach(thread.store_, memory))
      lent.shared.push_back({e.name, *attached});
  }
}

void World::start_thread(const Command& c, std::span<const Command> commands) {
  auto world = std::make_unique<World>(engine_, file_, options_);
  for (const std::string& id : c.shared) lend(*world, id);
  World* w = world.get();
  if (threads_.count(c.id) != 0) join(c.id);
  threads_[c.id] = {std::move(world), std::thread([w, commands] { w->run(commands); })};
  pass(Check::action);
}

void World::join(const std::string& id) {
  auto node = threads_.extract(id);
  node.mapped().thread.join();
  result_.add(node.mapped().world->take_result());
}

}  // namespace nacre::script
