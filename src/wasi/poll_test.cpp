// SPDX-License-Identifier: Apache-2.0
//
// poll_oneoff on clocks and on what is no file, and streams; poll_posix_test.cpp and
// poll_windows_test.cpp have the pipes.
#include "wasi/poll_world.hpp"

namespace nacre::wasi {
namespace {

using std::chrono::milliseconds;

TEST(WasiPoll, ClocksRelativeAndAbsolute) {
  PollWorld w(real());
  std::vector<Event> got;
  for (uint32_t id = 0; id < 4; ++id) {
    w.clock(id, id, 5'000'000);
    w.clock(99, id, 60'000'000'000);
    ASSERT_EQ(w.poll(&got), Errno::success);
    ASSERT_EQ(got.size(), 1u) << id;
    EXPECT_EQ(got[0].userdata, id);
    EXPECT_GE(w.elapsed, milliseconds(id < 2 ? 4 : 1)) << id;  // clocks of CPU time may make leaps
    EXPECT_LT(w.elapsed, milliseconds(20'000)) << id;          // not the other's 60 s
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
