#include "sync/stream_progress.hpp"

#include "support.hpp"

#include <thread>

namespace integ::sync {
namespace {

using testing::expect_error;

SelectedStream orders() {
  SelectedStream out;
  out.stream.name = "orders";
  return out;
}

TEST(StreamProgress, WithoutAStateReadsNull) {
  const SelectedStream selected = orders();
  for (const char* none : {"", "null"}) {
    const StreamProgress progress(selected, none);
    EXPECT_EQ(progress.shared_state(), "null");
    EXPECT_EQ(progress.slice_state("a"), "null");
    EXPECT_EQ(progress.slice_states(), "{}");
    EXPECT_EQ(progress.incoming(), "{}");
    EXPECT_FALSE(progress.any_state_emitted());
  }
}

TEST(StreamProgress, AnEmittedStateIsTheStreamsOwn) {
  const SelectedStream selected = orders();
  StreamProgress progress(selected, R"({"since":"a"})");
  EXPECT_EQ(progress.shared_state(), R"({"since":"a"})");
  EXPECT_EQ(progress.emitted("", R"({"since":"b"})"), R"({"since":"b"})");
  EXPECT_TRUE(progress.any_state_emitted());
  EXPECT_EQ(progress.incoming(), R"({"since":"a"})");
}

TEST(StreamProgress, SlicesReadTheirOwnElseTheSharedState) {
  const SelectedStream selected = orders();
  const StreamProgress progress(selected, R"({"shared":{"s":1},"slices":{"a":{"s":2}}})");
  EXPECT_EQ(progress.shared_state(), R"({"s":1})");
  EXPECT_EQ(progress.slice_state("a"), R"({"s":2})");
  EXPECT_EQ(progress.slice_state("b"), R"({"s":1})");
  EXPECT_EQ(progress.slice_states(), R"({"a":{"s":2}})");
}

TEST(StreamProgress, AStreamThatBecameSlicedSharesItsOldState) {
  const SelectedStream selected = orders();
  StreamProgress progress(selected, R"({"since":"a"})");
  EXPECT_EQ(progress.slice_state("x"), R"({"since":"a"})");
  EXPECT_EQ(progress.emitted("x", R"({"since":"b"})"), R"({"shared":{"since":"a"},"slices":{"x":{"since":"b"}}})");
  EXPECT_EQ(progress.emitted("w\"", R"({})"), R"({"shared":{"since":"a"},"slices":{"w\"":{},"x":{"since":"b"}}})");
}

TEST(StreamProgress, AStateOfTheConnectorsOwnThatLooksAlikeIsItsOwn) {
  const SelectedStream selected = orders();
  for (const char* own :
       {R"({"slices":{"a":{}}})", R"({"slices":[],"shared":{}})", R"({"shared":{},"slices":{},"more":1})"}) {
    EXPECT_EQ(StreamProgress(selected, own).shared_state(), own);
  }
}

TEST(StreamProgress, OfAStreamInSlicesTheSlicesAreEnough) {
  const SelectedStream selected = orders();
  for (const char* text :
       {R"({"slices":{"a":{"s":2}}})", R"({"slices":{"a":{"s":2}},"shared":null})",
        R"({"slices":{"a":{"s":2},"b":null}})", R"({"orderid":5,"shared":null,"slices":{"a":{"s":2}}})"}) {
    StreamProgress progress(selected, text, true);
    EXPECT_EQ(progress.slice_state("a"), R"({"s":2})") << text;
    EXPECT_EQ(progress.slice_state("b"), "null") << text;
    EXPECT_EQ(progress.shared_state(), "null") << text;
    EXPECT_EQ(progress.incoming(), text);
    progress.keep_slices({"a", "c"});
    EXPECT_EQ(progress.emitted("a", R"({"s":3})"), R"({"shared":null,"slices":{"a":{"s":3}}})") << text;
  }
  const StreamProgress more(selected, R"({"x":1,"shared":{"s":1},"slices":{"a":{"s":2}},"y":2})", true);
  EXPECT_EQ(more.slice_state("b"), R"({"s":1})");
  EXPECT_THAT(more.passed_over(), ::testing::ElementsAre("x", "y"));
  for (const char* own : {R"({"slices":[{}]})", R"({"slices":{"a":5}})", R"({"slices":5})"}) {
    EXPECT_EQ(StreamProgress(selected, own, true).shared_state(), own);
  }
}

TEST(StreamProgress, WhatFinishEmitsReplacesTheSlices) {
  const SelectedStream selected = orders();
  StreamProgress progress(selected, "");
  progress.emitted("a", R"({"s":1})");
  EXPECT_EQ(progress.folded(R"({"s":9})"), R"({"shared":{"s":9},"slices":{}})");
  const StreamProgress next(selected, R"({"shared":{"s":9},"slices":{}})");
  EXPECT_EQ(next.slice_state("a"), R"({"s":9})");
}

TEST(StreamProgress, SlicesThatAreNoLongerNamedAreDropped) {
  const SelectedStream selected = orders();
  StreamProgress progress(selected, R"({"shared":null,"slices":{"a":{"s":1},"b":{"s":1},"c":{"s":1}}})");
  progress.keep_slices({"b", "d"});
  EXPECT_EQ(progress.emitted("d", R"({"s":1})"), R"({"shared":null,"slices":{"b":{"s":1},"d":{"s":1}}})");
}

// Destinations tell by it whether a stream goes on.
TEST(StreamProgress, SlicesThatSayNothingMakeAStateThatSaysNothing) {
  SelectedStream selected;
  StreamProgress progress(selected, "");
  EXPECT_EQ(progress.emitted("a", "{}"), "{}");
  EXPECT_EQ(progress.emitted("b", R"({"s":1})"), R"({"shared":null,"slices":{"b":{"s":1}}})");
  EXPECT_EQ(progress.slice_states(), R"({"a":{},"b":{"s":1}})");
  EXPECT_EQ(progress.folded("{}"), "{}");
  EXPECT_EQ(progress.folded(R"({"s":1})"), R"({"shared":{"s":1},"slices":{}})");
  EXPECT_EQ(progress.emitted("a", "{}"), R"({"shared":{"s":1},"slices":{"a":{}}})") << "else it would read the shared";
}

TEST(StreamProgress, RestoreReplacesAllThatCameIn) {
  const SelectedStream selected = orders();
  StreamProgress progress(selected, R"({"shared":{"s":1},"slices":{"a":{"s":2}}})");
  progress.restore(R"({"s":7})");
  EXPECT_EQ(progress.slice_state("a"), R"({"s":7})");
  EXPECT_EQ(progress.incoming(), R"({"s":7})");
  progress.restore("null");
  EXPECT_EQ(progress.incoming(), "{}");
}

TEST(StreamProgress, RefusesAStateThatIsNoJson) {
  const SelectedStream selected = orders();
  expect_error(Kind::malformed, "the state of stream orders", [&] { StreamProgress(selected, "{since:"); });
}

TEST(StreamProgress, TheFirstErrorStays) {
  const SelectedStream selected = orders();
  StreamProgress progress(selected, "");
  EXPECT_FALSE(progress.error());
  progress.fail(Error(Kind::http, "first"));
  progress.fail(Error(Kind::output, "second"));
  EXPECT_EQ(progress.error()->message(), "first");
}

TEST(StreamProgress, SlicesOfManyThreadsLoseNothing) {
  const SelectedStream selected = orders();
  StreamProgress progress(selected, "");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&progress, t] {
      for (int i = 0; i < 50; ++i) progress.emitted("k" + std::to_string(t), "{\"i\":" + std::to_string(i) + "}");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(progress.slice_states(), R"({"k0":{"i":49},"k1":{"i":49},"k2":{"i":49},"k3":{"i":49}})");
}

}  // namespace
}  // namespace integ::sync
