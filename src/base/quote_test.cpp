// SPDX-License-Identifier: Apache-2.0
#include "base/quote.hpp"

#include <gtest/gtest.h>

namespace nacre {
namespace {

TEST(Quote, PlainNamesStayAsTheyAre) {
  EXPECT_EQ(quoted_name(""), "\"\"");
  EXPECT_EQ(quoted_name("env"), "\"env\"");
  EXPECT_EQ(quoted_name("größe 量"), "\"größe 量\"");
}

TEST(Quote, WhatIsNoHarmlessTextIsEscaped) {
  EXPECT_EQ(quoted_name("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quoted_name(std::string_view("a\n\x1b[31m\0\x7f", 9)), R"("a\0a\1b[31m\00\7f")");
  // A C1 control character, a mark that turns the direction of writing, a line separator.
  EXPECT_EQ(quoted_name("\xc2\x9b|\xe2\x80\xae|\xe2\x80\xa8"), R"("\c2\9b|\e2\80\ae|\e2\80\a8")");
}

TEST(Quote, BytesThatAreNoUtf8AreEscaped) {
  EXPECT_EQ(quoted_name("a\xff\xc3"), R"("a\ff\c3")");
  EXPECT_EQ(quoted_name("\xe2\x80"
                        "b\xc3\xa9"),
            "\"\\e2\\80b\xc3\xa9\"");
}

TEST(Quote, LongNamesAreCutBetweenCharacters) {
  EXPECT_EQ(quoted_name(std::string(200, 'x')), "\"" + std::string(200, 'x') + "\"");
  EXPECT_EQ(quoted_name(std::string(201, 'x')), "\"" + std::string(200, 'x') + "...\"");
  EXPECT_EQ(quoted_name(std::string(199, 'x') + "\xc3\xa9" + "y"),
            "\"" + std::string(199, 'x') + "\xc3\xa9...\"");
}

}  // namespace
}  // namespace nacre
