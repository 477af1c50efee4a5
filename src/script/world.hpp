// SPDX-License-Identifier: Apache-2.0
//
// World: the state of one script, or of one of its threads: a store, what is registered, and the
// modules and instances it has named. Runs commands one after the other.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "nacre/nacre.hpp"
#include "script/runner.hpp"
#include "text/script.hpp"

namespace nacre::script {

// A named instance. In a thread, the shared modules of its parent have no instance, only the
// memories they export.
struct NamedInstance {
  Instance instance;
  List<NamedExtern> shared;
};

class World {
 public:
  World(const Engine& engine, std::string_view file, const Options& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Runs the commands and waits for the threads they started.
  void run(std::span<const text::Command> commands);
  ScriptResult take_result() { return std::move(result_); }

 private:
  struct Thread {
    std::unique_ptr<World> world;
    std::thread thread;
  };
  using Values = std::vector<Value>;

  void run_one(const text::Command& c);
  void run_module(const text::Command& c);
  void run_instance(const text::Command& c);
  void run_register(const text::Command& c);
  void check_return(const text::Command& c);
  void check_nan(const text::Command& c);
  void check_trap(const text::Command& c);
  void check_exhaustion(const text::Command& c);
  void check_exception(const text::Command& c);
  void check_unlinkable(const text::Command& c);
  void check_rejected(const text::Command& c, Check check, ErrorKind kind);
  void start_thread(const text::Command& c, std::span<const text::Command> commands);
  void join(const std::string& id);
  void lend(World& thread, const std::string& module_id);

  Result<Module> load(const text::ModuleSource& source);
  Result<std::vector<uint8_t>> to_binary(const text::ModuleSource& source,
                                         const Features& features) const;
  bool is_of_later_level(const text::Command& c, const Error& error) const;
  // load, or the definition a `(module instance)` names.
  Result<Module> module_of(const text::ModuleSource& source);
  Result<Instance> instantiate(const Module& module);
  Result<Values> perform(const text::Action& action);
  Result<Instance> find_instance(const std::string& id);
  Result<Module> find_module(const std::string& id);

  // Scoring.
  void pass(Check check) { ++result_.by_check[static_cast<size_t>(check)].passed; }
  void fail(const text::Command& c, Check check, std::string reason);
  void expect_ok(const text::Command& c, Check check, bool ok, const Error& error);
  // The error must be of this kind and, when `text` is not empty, start with it.
  void expect_error(const text::Command& c, Check check, const Error& error, ErrorKind kind,
                    std::string_view text);

  struct Listener;
  void check_listener();
  CompileOptions compile_options() const;

  Engine engine_;
  std::string file_;
  const Options& options_;
  std::shared_ptr<Listener> listener_;  // null unless Options::listen
  Store store_;
  Linker linker_;
  std::map<std::string, Module> modules_;
  std::map<std::string, NamedInstance> instances_;
  std::vector<Module> latest_module_;  // at most one
  Instance latest_instance_;
  std::map<std::string, Thread> threads_;
  ScriptResult result_;
};

}  // namespace nacre::script
