// SPDX-License-Identifier: Apache-2.0
//
// poll_oneoff and the waiting in reads and writes, on real pipes and sockets.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "os/sockets.hpp"
#include "wasi/host_fs.hpp"
#include "wasi/poll_world.hpp"

namespace nacre::wasi {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

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

}  // namespace
}  // namespace nacre::wasi
