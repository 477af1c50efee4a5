// SPDX-License-Identifier: Apache-2.0
//
// poll_oneoff and the waiting in reads and writes, on real pipes, sockets and clocks; streams.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "os/sockets.hpp"
#include "wasi/host_fs.hpp"
#include "wasi/test_world.hpp"

namespace nacre::wasi {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr uint32_t subs = 1000, events = 20000, count_at = 16;

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(fds_), 0); }
  ~Pipe() {
    close_read();
    close_write();
  }
  int read_end() const { return fds_[0]; }
  int write_end() const { return fds_[1]; }
  void close_read() {
    if (fds_[0] >= 0) ::close(fds_[0]);
    fds_[0] = -1;
  }
  void close_write() {
    if (fds_[1] >= 0) ::close(fds_[1]);
    fds_[1] = -1;
  }
  void put(std::string_view s) {
    EXPECT_EQ(::write(fds_[1], s.data(), s.size()), static_cast<ssize_t>(s.size()));
  }

 private:
  int fds_[2] = {-1, -1};
};

struct Event {
  uint64_t userdata;
  uint16_t error;
  uint8_t type;
  uint64_t bytes;
  uint16_t flags;
};

class PollWorld : public World {
 public:
  using World::World;
  void clock(uint64_t userdata, uint32_t id, uint64_t timeout, uint16_t flags = 0) {
    uint32_t p = next(userdata, 0);
    put<uint32_t>(p + 16, id);
    put<uint64_t>(p + 24, timeout);
    put<uint64_t>(p + 32, 0);
    put<uint16_t>(p + 40, flags);
  }
  void file(uint64_t userdata, uint8_t type, uint32_t fd) {
    put<uint32_t>(next(userdata, type) + 16, fd);
  }
  Errno poll(std::vector<Event>* out) {
    uint32_t n = n_;
    n_ = 0;
    auto start = steady_clock::now();
    Errno e = call("poll_oneoff", {subs, events, n, count_at});
    elapsed = steady_clock::now() - start;
    out->clear();
    if (e != Errno::success) return e;
    for (uint32_t i = 0; i < get<uint32_t>(count_at); ++i) {
      uint32_t p = events + i * event_size;
      out->push_back({get<uint64_t>(p), get<uint16_t>(p + 8), get<uint8_t>(p + 10),
                      get<uint64_t>(p + 16), get<uint16_t>(p + 24)});
    }
    return e;
  }
  steady_clock::duration elapsed{};

 private:
  uint32_t next(uint64_t userdata, uint8_t type) {
    uint32_t p = subs + n_++ * 48;
    put<uint64_t>(p, userdata);
    put<uint64_t>(p + 8, type);
    return p;
  }
  uint32_t n_ = 0;
};

WasiConfig real() {
  WasiConfig c;
  c.clock = system_clock();
  return c;
}

TEST(WasiPoll, ClocksRelativeAndAbsolute) {
  PollWorld w(real());
  std::vector<Event> got;
  for (uint32_t id = 0; id < 4; ++id) {
    w.clock(id, id, 5'000'000);
    w.clock(99, id, 60'000'000'000);
    ASSERT_EQ(w.poll(&got), Errno::success);
    ASSERT_EQ(got.size(), 1u) << id;
    EXPECT_EQ(got[0].userdata, id);
    EXPECT_GE(w.elapsed, milliseconds(4)) << id;
    EXPECT_LT(w.elapsed, milliseconds(20'000)) << id;  // not the other's 60 s
  }
  for (uint32_t id = 0; id < 2; ++id) {
    ASSERT_EQ(w.call("clock_time_get", {id, 0, 8}), Errno::success);
    uint64_t now = w.get<uint64_t>(8);
    w.clock(1, id, now + 5'000'000, 1);
    ASSERT_EQ(w.poll(&got), Errno::success);
    EXPECT_GE(w.elapsed, milliseconds(3));
    w.clock(2, id, 1, 1);
    ASSERT_EQ(w.poll(&got), Errno::success);
    EXPECT_LT(w.elapsed, milliseconds(4'000));
  }
}

TEST(WasiPoll, VirtualClocksDoNotWait) {
  PollWorld w(WasiConfig{});
  std::vector<Event> got;
  w.clock(1, 1, 3'600'000'000'000);
  w.clock(2, 0, 7'200'000'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  EXPECT_LT(w.elapsed, milliseconds(4'000));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].userdata, 1u);
  ASSERT_EQ(w.call("clock_time_get", {1, 0, 8}), Errno::success);
  EXPECT_GE(w.get<uint64_t>(8), 3'600'000'000'000u);
}

TEST(WasiPoll, BadSubscriptions) {
  PollWorld w(real());
  std::vector<Event> got;
  EXPECT_EQ(w.call("poll_oneoff", {subs, events, 0, count_at}), Errno::inval);
  EXPECT_EQ(w.call("poll_oneoff", {subs, events, 0xffffffff, count_at}), Errno::inval);
  EXPECT_EQ(w.call("poll_oneoff", {65530, events, 1, count_at}), Errno::fault);
  EXPECT_EQ(w.call("poll_oneoff", {subs, 65530, 1, count_at}), Errno::fault);
  EXPECT_EQ(w.call("poll_oneoff", {subs, events, 1, 65533}), Errno::fault);
  w.file(1, 3, 0);
  EXPECT_EQ(w.poll(&got), Errno::inval);
  w.clock(1, 9, 5);
  w.clock(2, 0, 5, 2);
  w.file(3, 1, 77);
  w.file(4, 1, 1);
  w.clock(5, 1, 60'000'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  ASSERT_EQ(got.size(), 4u);
  EXPECT_EQ(got[0].error, static_cast<uint16_t>(Errno::inval));
  EXPECT_EQ(got[1].error, static_cast<uint16_t>(Errno::inval));
  EXPECT_EQ(got[2].error, static_cast<uint16_t>(Errno::badf));
  EXPECT_EQ(got[3].error, static_cast<uint16_t>(Errno::notcapable));
}

TEST(WasiPoll, PipeSocketFileAndTimerTogether) {
  Pipe p;
  int s[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
  WasiConfig c = real();
  c.in = Stream::descriptor(p.read_end());
  c.handles = {socket_handle(os::FileHandle(s[0])), memory_directory()};
  PollWorld w(c);
  std::vector<Event> got;
  w.file(1, 1, 0);
  w.file(2, 1, 3);
  w.clock(3, 1, 20'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].userdata, 3u);

  p.put("seven b");
  w.file(1, 1, 0);
  w.file(2, 1, 3);
  w.file(4, 2, 3);
  w.clock(3, 1, 5'000'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].userdata, 1u);
  EXPECT_EQ(got[0].type, 1u);
  EXPECT_EQ(got[0].bytes, 7u);
  EXPECT_EQ(got[1].userdata, 4u);

  std::string text;
  ASSERT_EQ(w.read(0, &text), Errno::success);
  steady_clock::time_point written;
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(30));
    written = steady_clock::now();
    EXPECT_EQ(::write(s[1], "abc", 3), 3);
  });
  w.file(1, 1, 0);
  w.file(2, 1, 3);
  w.clock(3, 1, 5'000'000'000);
  ASSERT_EQ(w.poll(&got), Errno::success);
  auto noticed = steady_clock::now();
  later.join();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].userdata, 2u);
  EXPECT_EQ(got[0].bytes, 3u);
  EXPECT_LT(noticed - written, milliseconds(4'000));  // before the timer

  p.close_write();
  w.file(1, 1, 0);
  ASSERT_EQ(w.poll(&got), Errno::success);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].flags, 1u);  // hung up
  ASSERT_EQ(w.read(0, &text), Errno::success);
  EXPECT_EQ(text, "");
  ::close(s[1]);
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

TEST(WasiPoll, FullPipesDoNotBlockAndBrokenOnesDoNotKill) {
  Pipe p;
  WasiConfig c = real();
  c.out = Stream::descriptor(p.write_end());
  PollWorld w(c);
  auto deadline = steady_clock::now() + milliseconds(100);
  w.should_stop = [](void* env) {
    return steady_clock::now() > *static_cast<steady_clock::time_point*>(env);
  };
  w.stop_env = &deadline;
  std::string big(30000, 'x');
  uint64_t total = 0;
  Errno e;
  while ((e = w.write(1, big)) == Errno::success) total += w.get<uint32_t>(16);
  EXPECT_EQ(e, Errno::intr);
  EXPECT_GE(total, 4096u);
  EXPECT_LT(steady_clock::now() - deadline, milliseconds(20'000));
  ASSERT_EQ(w.call("fd_fdstat_set_flags", {1, fdflag_nonblock}), Errno::success);
  EXPECT_EQ(w.write(1, "x"), Errno::again);
  EXPECT_EQ(::fcntl(p.write_end(), F_GETFL) & O_NONBLOCK, 0);  // others share it
  p.close_read();
  EXPECT_EQ(w.write(1, "x"), Errno::pipe);
}

TEST(WasiSock, ListenAcceptTransferShutdown) {
  WasiConfig c = real();
  c.listeners = {"127.0.0.1:0"};
  os::FileHandle listener;
  ASSERT_EQ(os::listen_tcp("127.0.0.1", 0, &listener), 0);
  uint16_t port = os::socket_port(listener.get());
  c.handles = {socket_handle(std::move(listener))};
  PollWorld w(c);
  std::thread client([&] {
    int s = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(s, reinterpret_cast<sockaddr*>(&a), sizeof a), 0);
    ASSERT_EQ(::write(s, "ping", 4), 4);
    std::this_thread::sleep_for(milliseconds(20));
    ASSERT_EQ(::write(s, "more", 4), 4);
    char b[8];
    ASSERT_EQ(::read(s, b, 4), 4);
    EXPECT_EQ(std::string(b, 4), "pong");
    EXPECT_EQ(::read(s, b, 1), 0);
    ::close(s);
  });
  ASSERT_EQ(w.call("fd_fdstat_set_flags", {3, fdflag_nonblock}), Errno::success);
  EXPECT_EQ(w.call("sock_accept", {3, 0, 8}), Errno::again);
  EXPECT_EQ(w.call("sock_accept", {4, 1, 8}), Errno::inval);
  ASSERT_EQ(w.call("sock_accept", {4, 0, 8}), Errno::success);
  uint32_t fd = w.get<uint32_t>(8);
  ASSERT_EQ(w.call("fd_fdstat_get", {fd, 512}), Errno::success);
  EXPECT_EQ(w.at(512)[0], static_cast<uint8_t>(FileType::socket_stream));
  w.put<uint32_t>(32, 600);
  w.put<uint32_t>(36, 8);
  ASSERT_EQ(w.call("sock_recv", {fd, 32, 1, 1, 8, 12}), Errno::success);  // peek
  EXPECT_EQ(w.string(600, w.get<uint32_t>(8)), "ping");
  ASSERT_EQ(w.call("sock_recv", {fd, 32, 1, 2, 8, 12}), Errno::success);  // wait for all 8
  EXPECT_EQ(w.string(600, w.get<uint32_t>(8)), "pingmore");
  EXPECT_EQ(w.call("sock_recv", {fd, 32, 1, 4, 8, 12}), Errno::inval);
  w.put<uint32_t>(32, w.text("pong"));
  w.put<uint32_t>(36, 4);
  EXPECT_EQ(w.call("sock_send", {fd, 32, 1, 1, 8}), Errno::inval);
  ASSERT_EQ(w.call("sock_send", {fd, 32, 1, 0, 8}), Errno::success);
  EXPECT_EQ(w.call("sock_shutdown", {fd, 0}), Errno::inval);
  EXPECT_EQ(w.call("sock_shutdown", {fd, 2}), Errno::success);
  client.join();
  EXPECT_EQ(w.call("fd_close", {fd}), Errno::success);
}

TEST(WasiStreams, StringsSpansCallbacksFiles) {
  std::string out, err;
  WasiConfig c;
  c.in = Stream::input("line one\nline two\n");
  c.out = &out;
  c.err = Stream::writer(
      [](void* env, const uint8_t* p, size_t n) {
        static_cast<std::string*>(env)->append(reinterpret_cast<const char*>(p), n);
        return true;
      },
      &err);
  World w(c);
  std::string s;
  ASSERT_EQ(w.read(0, &s, 8), Errno::success);
  EXPECT_EQ(s, "line one");
  ASSERT_EQ(w.read(0, &s), Errno::success);
  EXPECT_EQ(s, "\nline two\n");
  ASSERT_EQ(w.read(0, &s), Errno::success);
  EXPECT_EQ(s, "");
  w.write(1, "to out");
  w.write(2, "to err");
  EXPECT_EQ(out, "to out");
  EXPECT_EQ(err, "to err");

  std::string small;
  WasiConfig limited;
  limited.out = Stream(&small, 4);
  World l(limited);
  EXPECT_EQ(l.write(1, "abcdef"), Errno::success);
  EXPECT_EQ(l.get<uint32_t>(16), 4u);
  EXPECT_EQ(l.write(1, "x"), Errno::nospc);

  std::FILE* f = std::tmpfile();
  WasiConfig cf;
  cf.out = f;
  World wf(cf);
  wf.write(1, "through a FILE");
  std::rewind(f);
  WasiConfig cg;
  cg.in = f;
  World wg(cg);
  ASSERT_EQ(wg.read(0, &s), Errno::success);
  EXPECT_EQ(s, "through a FILE");
  std::fclose(f);

  World closed([] {
    WasiConfig k;
    k.out = Stream::descriptor(9999);
    return k;
  }());
  EXPECT_EQ(closed.write(1, "x"), Errno::badf);
}

TEST(WasiStreams, NeutralOutput) {
  std::string text;
  WasiConfig c;
  c.out = neutral_output(Stream(&text).handle(1));
  World w(c);
  w.write(1, "a\x1b[31mred\t\n\r\b\x07\x7f \xc3\xa4 \xc2");
  EXPECT_EQ(w.get<uint32_t>(16), 20u);
  w.write(1, "\x9b!\xc2\xa9");
  EXPECT_EQ(text, "a^[[31mred\t\n\r\b^G^? \xc3\xa4 ^[[!\xc2\xa9");
}

}  // namespace
}  // namespace nacre::wasi
