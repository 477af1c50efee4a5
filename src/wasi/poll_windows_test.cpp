// SPDX-License-Identifier: Apache-2.0
//
// poll_oneoff and the waiting in reads and writes, on anonymous pipes of Windows.
#include <windows.h>

#include <thread>

#include "wasi/host_fs.hpp"
#include "wasi/poll_world.hpp"

namespace nacre::wasi {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Pipe {
 public:
  Pipe() { EXPECT_TRUE(CreatePipe(&read_, &write_, nullptr, 4096)); }
  ~Pipe() {
    close(read_);
    close(write_);
  }
  int64_t read_end() const { return reinterpret_cast<intptr_t>(read_); }
  int64_t write_end() const { return reinterpret_cast<intptr_t>(write_); }
  void close_write() { close(write_); }
  void close_read() { close(read_); }
  void put(std::string_view s) {
    DWORD done = 0;
    EXPECT_TRUE(WriteFile(write_, s.data(), static_cast<DWORD>(s.size()), &done, nullptr));
    EXPECT_EQ(done, s.size());
  }

 private:
  static void close(HANDLE& h) {
    if (h != nullptr) CloseHandle(h);
    h = nullptr;
  }
  HANDLE read_ = nullptr, write_ = nullptr;
};

TEST(WasiPoll, PipesAndTimerTogether) {
  Pipe p, q;
  WasiConfig c = real();
  c.in = Stream::descriptor(p.read_end());
  c.err = Stream::descriptor(q.write_end());
  PollWorld w(c);
  std::vector<Event> got;
  w.file(1, 1, 0);
  w.clock(3, 1, 20'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].userdata, 3u);

  p.put("seven b");
  w.file(1, 1, 0);
  w.file(4, 2, 2);
  w.clock(3, 1, 5'000'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].userdata, 1u);
  EXPECT_EQ(got[0].type, 1u);
  EXPECT_EQ(got[0].bytes, 7u);
  EXPECT_EQ(got[1].userdata, 4u);

  std::string text;
  ASSERT_EQ(w.read(0, &text), Errno::success);
  EXPECT_EQ(text, "seven b");
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(30));
    p.put("abc");
  });
  w.file(1, 1, 0);
  w.clock(3, 1, 20'000'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  later.join();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].userdata, 1u);
  EXPECT_EQ(got[0].bytes, 3u);
  ASSERT_EQ(w.read(0, &text), Errno::success);

  p.close_write();
  w.file(1, 1, 0);
  ASSERT_EQ(w.poll(&got), Errno::success);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].flags, 1u);  // hung up
  ASSERT_EQ(w.read(0, &text), Errno::success);
  EXPECT_EQ(text, "");
}

TEST(WasiPoll, WaitsCanBeStopped) {
  Pipe p;
  WasiConfig c = real();
  c.in = Stream::descriptor(p.read_end());
  PollWorld w(c);
  auto deadline = steady_clock::now() + milliseconds(60);
  w.should_stop = [](void* env) {
    return steady_clock::now() > *static_cast<steady_clock::time_point*>(env);
  };
  w.stop_env = &deadline;
  std::vector<Event> got;
  w.clock(1, 1, 60'000'000'000);
  EXPECT_EQ(w.poll(&got), Errno::intr);
  EXPECT_TRUE(w.stopped);
  EXPECT_LT(steady_clock::now() - deadline, milliseconds(20'000));
  deadline = steady_clock::now() + milliseconds(60);
  std::string s;
  EXPECT_EQ(w.read(0, &s), Errno::intr);
  EXPECT_TRUE(w.stopped);
  EXPECT_LT(steady_clock::now() - deadline, milliseconds(20'000));
}

TEST(WasiPoll, BrokenPipesAreErrors) {
  Pipe p;
  WasiConfig c = real();
  c.out = Stream::descriptor(p.write_end());
  PollWorld w(c);
  EXPECT_EQ(w.write(1, "x"), Errno::success);
  p.close_read();
  EXPECT_EQ(w.write(1, "x"), Errno::pipe);
}

}  // namespace
}  // namespace nacre::wasi
