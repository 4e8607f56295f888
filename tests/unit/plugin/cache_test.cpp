#include "plugin/file_identity.hpp"
#include "plugin/listing_cache.hpp"
#include "plugin/registry.hpp"
#include "support.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <sys/stat.h>
#include <thread>

namespace integ::plugin::test {
namespace {

using ::testing::ElementsAre;

// The child is started through a script that counts, so that "no child" is seen and not timed.
class CacheTest : public ::testing::Test {
 protected:
  CacheTest() {
    program_ = folder_.write(
        "integ", "#!/bin/sh\necho >> " + (folder_ / "count") + "\nexec " + std::string(LISTER) + " \"$@\"\n");
    good_ = folder_.add("good", "plugins/good.so");
    settle(program_);
    settle(good_);
  }

  // Until the file is old enough to be known by its time stamps.
  static void settle(const std::string& path) {
    while (file_identity(path).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  Registry scan() { return Registry::scan({folder_ / "plugins"}, program_); }
  std::ptrdiff_t children() const { return std::ranges::count(content_of(folder_ / "count"), '\n'); }
  std::string file() const { return folder_ / "cache/integ/plugins.json"; }

  TemporaryFolder folder_;
  ScopedVariable cache_{"XDG_CACHE_HOME", folder_ / "cache"};
  ScopedVariable on_{"INTEG_PLUGIN_CACHE", std::nullopt};
  std::string program_;
  std::string good_;
};

TEST_F(CacheTest, ASecondScanNeedsNoChildAndSaysTheSame) {
  const Registry first = scan();
  EXPECT_EQ(children(), 1);
  const Registry second = scan();
  EXPECT_EQ(children(), 1);
  ASSERT_THAT(second.connector_names(), ElementsAre("good"));
  const ConnectorInfo& a = first.connector("good").connectors.at(0);
  const ConnectorInfo& b = second.connector("good").connectors.at(0);
  EXPECT_EQ(a.config_schema, b.config_schema);
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.streams.at(0).json_schema, b.streams.at(0).json_schema);
  EXPECT_EQ(second.connector("good").folder, folder_ / "plugins");
}

TEST_F(CacheTest, ItIsPrivate) {
  scan();
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(CacheTest, AChangedFileIsScannedAgain) {
  scan();
  folder_.add("prints", "plugins/good.so");
  EXPECT_THAT(scan().connector_names(), ElementsAre("prints"));
  settle(good_);
  EXPECT_THAT(scan().connector_names(), ElementsAre("prints"));
  const auto before = children();
  EXPECT_THAT(scan().connector_names(), ElementsAre("prints"));
  EXPECT_EQ(children(), before);
}

TEST_F(CacheTest, AFileThatChangedAMomentAgoIsNotKept) {
  const std::string fresh = folder_.add("adapter", "plugins/fresh.so");
  const Registry registry = scan();
  if (file_identity(fresh).empty()) {  // else this machine took longer than that for the scan
    EXPECT_THAT(content_of(file()), ::testing::Not(::testing::HasSubstr("fresh.so")));
  }
  EXPECT_THAT(registry.adapter_names(), ElementsAre("nowhere"));
}

TEST_F(CacheTest, FailuresAreNotKept) {
  settle(folder_.add("crashes_in_constructor", "plugins/crashes.so"));
  EXPECT_EQ(scan().listings().size(), 2u);
  const auto before = children();
  const Registry again = scan();
  EXPECT_GT(children(), before);
  EXPECT_NE(again.listings().at(0).refused, "");
  EXPECT_THAT(again.connector_names(), ElementsAre("good"));
}

TEST_F(CacheTest, AGarbledCacheIsIgnoredAndMended) {
  scan();
  const std::string whole = content_of(file());
  for (const std::string& text : {std::string(), std::string("{"), std::string("[]"), std::string("\0\0", 2),
                                  whole.substr(0, whole.size() / 2)}) {
    std::ofstream(file(), std::ios::binary) << text;
    const auto before = children();
    EXPECT_THAT(scan().connector_names(), ElementsAre("good"));
    EXPECT_EQ(children(), before + 1);
    EXPECT_EQ(content_of(file()), whole);
  }
}

TEST_F(CacheTest, AListingWithoutAMemberIsScannedAgain) {
  scan();
  std::string text = content_of(file());
  text.replace(text.find("\"has_authorize\""), 15, "\"had_authorize\"");
  std::ofstream(file(), std::ios::binary) << text;
  EXPECT_THAT(scan().connector_names(), ElementsAre("good"));
  EXPECT_EQ(children(), 2);
}

TEST_F(CacheTest, WhatOthersMayWriteIsNotBelieved) {
  scan();
  for (const mode_t mode : {0620u, 0602u}) {
    ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    const auto before = children();
    scan();
    EXPECT_EQ(children(), before + 1);
  }
}

TEST_F(CacheTest, AnotherProgramDoesNotUseIt) {
  scan();
  program_ = folder_.write("integ2", content_of(program_));
  settle(program_);
  scan();
  EXPECT_EQ(children(), 2);
}

TEST_F(CacheTest, OffMeansOff) {
  const ScopedVariable off("INTEG_PLUGIN_CACHE", "off");
  scan();
  scan();
  EXPECT_EQ(children(), 2);
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(CacheTest, AFolderThatCanNotBeWrittenCostsOnlyTime) {
  folder_.write("cache", "a file where the folder would be");
  EXPECT_THAT(scan().connector_names(), ElementsAre("good"));
  EXPECT_THAT(scan().connector_names(), ElementsAre("good"));
  EXPECT_EQ(children(), 2);
}

TEST_F(CacheTest, FilesOfOtherFoldersStayKnown) {
  scan();
  settle(folder_.add("adapter", "more/adapter.so"));
  Registry::scan({folder_ / "more"}, program_);
  EXPECT_EQ(children(), 2);
  Registry::scan({folder_ / "more", folder_ / "plugins"}, program_);
  EXPECT_EQ(children(), 2);
}

}  // namespace
}  // namespace integ::plugin::test
