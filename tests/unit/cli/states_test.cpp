// Which states a run on a platform begins with.
#include "cli/platform.hpp"

#include <gtest/gtest.h>

namespace integ::cli {
namespace {

SelectedStream stream(const std::string& name, SyncMode mode, bool resumable = false) {
  SelectedStream out;
  out.stream.name = name;
  out.stream.resumable = resumable;
  out.selection.sync_mode = mode;
  return out;
}

TEST(ChooseStates, AFullRefreshBeginsAnewUnlessItCanBeResumed) {
  for (const bool resume : {true, false}) {
    Catalog catalog;
    catalog.streams = {stream("incremental", SyncMode::incremental), stream("full", SyncMode::full_refresh),
                       stream("resumable", SyncMode::full_refresh, true), stream("fresh", SyncMode::incremental)};
    State state;
    for (const char* name : {"incremental", "full", "resumable", "elsewhere"})
      state.streams[{name, ""}] = R"({"at":1})";
    choose_states(catalog, state, resume);
    EXPECT_TRUE(catalog.streams[0].selection.resumes);
    EXPECT_FALSE(catalog.streams[1].selection.resumes);
    EXPECT_EQ(catalog.streams[2].selection.resumes, resume);
    EXPECT_FALSE(catalog.streams[3].selection.resumes);
    EXPECT_EQ(state.streams.count({"incremental", ""}), 1U);
    EXPECT_EQ(state.streams.count({"full", ""}), 0U) << "it would only be read to be thrown away";
    EXPECT_EQ(state.streams.count({"resumable", ""}), resume ? 1U : 0U);
    EXPECT_EQ(state.streams.count({"elsewhere", ""}), 1U) << "a stream that is not selected keeps its state";
  }
}

TEST(ChooseStates, AStateThatSaysNothingIsNoStateToGoOnFrom) {
  EXPECT_TRUE(says_something(R"({"at":1})"));
  for (const char* nothing : {"", "null", "{}"}) {
    EXPECT_FALSE(says_something(nothing));
    Catalog catalog;
    catalog.streams = {stream("a", SyncMode::incremental)};
    State state;
    state.streams[{"a", ""}] = nothing;
    choose_states(catalog, state, true);
    EXPECT_FALSE(catalog.streams[0].selection.resumes);
  }
}

TEST(ChooseStates, NamespacesAreToldApart) {
  Catalog catalog;
  catalog.streams = {stream("a", SyncMode::incremental), stream("a", SyncMode::incremental)};
  catalog.streams[1].stream.name_space = "eu";
  State state;
  state.streams[{"a", "eu"}] = R"({"at":1})";
  choose_states(catalog, state, true);
  EXPECT_FALSE(catalog.streams[0].selection.resumes);
  EXPECT_TRUE(catalog.streams[1].selection.resumes);
}

TEST(Joined, MakesOneErrorOfSeveral) {
  const Errors errors({Error(Kind::config, "/url: expected a text").at({.file = "config.json"}),
                       Error(Kind::config, "/count: above 10").at({.file = "config.json"})});
  const Error one = joined(errors);
  EXPECT_EQ(one.kind(), Kind::config);
  EXPECT_STREQ(one.what(), "config.json: /url: expected a text; /count: above 10");
}

}  // namespace
}  // namespace integ::cli
