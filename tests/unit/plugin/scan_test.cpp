#include "plugin/scan.hpp"

#include "support.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <random>
#include <thread>

namespace integ::plugin::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Listing> scanned(const std::vector<std::string>& fixtures, const ScanLimits& limits = {}) {
  std::vector<std::string> paths;
  for (const std::string& name : fixtures) paths.push_back(fixture(name));
  std::vector<Listing> listings = scan_files(LISTER, paths, limits);
  EXPECT_EQ(listings.size(), paths.size());
  for (std::size_t i = 0; i < listings.size(); ++i) EXPECT_EQ(listings[i].path, paths[i]);
  return listings;
}

// Good before, between and after: each fault is its file's own, and no other file pays for it.
TEST(Scan, EveryFaultIsNamedAndTheOthersAreListed) {
  const std::vector<Listing> listings =
      scanned({"good", "crashes_in_constructor", "crashes_in_entry", "exits", "no_entry", "other_major", "newer_host",
               "wants_extension", "refuses", "nonsense", "missing_symbol", "adapter"});
  EXPECT_EQ(listings[0].refused, "");
  EXPECT_EQ(listings[0].connectors.at(0).name, "good");
  EXPECT_EQ(listings[1].refused,
            "it crashed with SIGABRT while it was loaded; it printed: assertion failed: the moon is full");
  EXPECT_THAT(listings[2].refused, ::testing::MatchesRegex("it crashed with SIG(ILL|TRAP) while it was loaded"));
  EXPECT_EQ(listings[3].refused, "it ended the process with status 0 while it was loaded");
  EXPECT_THAT(listings[4].refused, HasSubstr("no entry"));
  EXPECT_THAT(listings[5].refused, HasSubstr("ABI 2"));
  EXPECT_THAT(listings[6].refused, HasSubstr("1.7"));
  EXPECT_THAT(listings[7].refused, HasSubstr("acme.teleport/1"));
  EXPECT_EQ(listings[8].refused, "its entry refused this host; it printed: this machine has no soul");
  EXPECT_THAT(listings[9].refused, HasSubstr("size 3"));
  EXPECT_THAT(listings[10].refused, HasSubstr("of_a_library_that_is_not_installed"));
  EXPECT_EQ(listings[11].refused, "");
  EXPECT_EQ(listings[11].adapters.at(0).name, "nowhere");
}

TEST(Scan, EverythingThatDescriptorsSayComesAcross) {
  const Listing listing = scanned({"good"}).at(0);
  const ConnectorInfo& info = listing.connectors.at(0);
  EXPECT_EQ(info.version, "1.2.3");
  EXPECT_EQ(info.title, "Good things \u00e9");
  EXPECT_EQ(info.config_schema, R"({"type":"object","properties":{"url":{"type":"string"}}})");
  EXPECT_THAT(info.allowed_hosts, ElementsAre("{config:/url}", "*.example.com"));
  EXPECT_EQ(info.http, R"({"requests_per_second":2})");
  const Stream& stream = info.streams.at(0);
  EXPECT_EQ(stream.name, "things");
  EXPECT_TRUE(stream.incremental);
  EXPECT_TRUE(stream.resumable);
  EXPECT_FALSE(stream.interleaved);
  EXPECT_EQ(stream.primary_key.at(0).pointer, "/id");
  EXPECT_EQ(stream.iterate_by.at(0).order, 1);
  const AdapterInfo adapter = scanned({"adapter"}).at(0).adapters.at(0);
  EXPECT_TRUE(adapter.no_sink);
  EXPECT_FALSE(adapter.selected_fields);
  EXPECT_EQ(adapter.title, "Nowhere");
}

TEST(Scan, WhatAPluginPrintsIsNoAnswerButAWarning) {
  const std::vector<Listing> listings = scanned({"prints", "prints_for_ever", "good"});
  EXPECT_EQ(listings[0].refused, "");
  EXPECT_EQ(listings[0].connectors.at(0).name, "prints");
  EXPECT_THAT(listings[0].warnings, ElementsAre(R"(it prints while it is loaded: {"welcome": "to prints"})"));
  EXPECT_EQ(listings[1].connectors.at(0).name, "prints-for-ever");
  EXPECT_EQ(listings[2].connectors.at(0).name, "good");
  EXPECT_THAT(listings[2].warnings, ElementsAre()) << "what another printed is not its fault";
}

TEST(Scan, AFileThatWritesIntoTheChannelSpoilsOnlyItself) {
  const std::vector<Listing> listings = scanned({"good", "meddles", "adapter"});
  EXPECT_EQ(listings[0].refused, "");
  EXPECT_NE(listings[1].refused, "");
  EXPECT_EQ(listings[2].refused, "") << listings[2].refused;
}

TEST(Scan, OrderlyEndsOfTheProcessAreNotWaitedFor) {
  const std::vector<Listing> listings = scanned({"crashes_in_destructor", "good"});
  EXPECT_EQ(listings[0].refused, "");
  EXPECT_EQ(listings[1].refused, "");
}

TEST(Scan, AHangIsEndedAndTheRestGoesOn) {
  const std::vector<Listing> listings = scanned({"good", "hangs", "adapter"}, {std::chrono::milliseconds(2000)});
  EXPECT_EQ(listings[0].refused, "");
  EXPECT_EQ(listings[1].refused, "it hangs: it was not loaded within 2 s");
  EXPECT_EQ(listings[2].refused, "");
}

TEST(Scan, TheEnvironmentsSecretsStayAtHome) {
  const TemporaryFolder folder;
  const std::string seen = folder / "seen";
  const std::string program =
      folder.write("lister", "#!/bin/sh\nenv > " + seen + "\nexec " + std::string(LISTER) + " \"$@\"\n");
  const ScopedVariable secret("SHOP_TOKEN", "tok-5f2c9a");
  const ScopedVariable library("LD_LIBRARY_PATH", "/nowhere");
  const std::vector<Listing> listings = scan_files(program, {fixture("good")}, {});
  EXPECT_EQ(listings.at(0).refused, "");
  const std::string environment = content_of(seen);
  EXPECT_THAT(environment, HasSubstr("LD_LIBRARY_PATH=/nowhere"));
  EXPECT_THAT(environment, ::testing::Not(HasSubstr("SHOP_TOKEN")));
}

TEST(Scan, AProgramThatCanNotBeStartedIsSaid) {
  const std::vector<Listing> listings = scan_files("/nonexistent/integ", {fixture("good"), fixture("adapter")}, {});
  ASSERT_EQ(listings.size(), 2u);
  for (const Listing& listing : listings) {
    EXPECT_EQ(listing.refused, "plug-ins can't be listed: /nonexistent/integ: No such file or directory");
  }
}

TEST(Scan, WorksWhereChildrenAreReapedByTheSystem) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const std::vector<Listing> listings = scanned({"crashes_in_constructor", "good"});
  std::signal(SIGCHLD, before);
  EXPECT_THAT(listings[0].refused, HasSubstr("while it was loaded"));
  EXPECT_EQ(listings[1].refused, "");
}

TEST(Scan, SeveralAtOnceDoNotMixUp) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      const std::vector<Listing> listings = scan_files(LISTER, {fixture("exits"), fixture("good")}, {});
      EXPECT_NE(listings.at(0).refused, "");
      EXPECT_EQ(listings.at(1).refused, "");
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Flipped bytes in headers and tables: whatever the loader makes of each, the host lives and says something.
TEST(Scan, CorruptedLibrariesNeverHurtTheHost) {
  const TemporaryFolder folder;
  const std::string whole = content_of(fixture("good"));
  std::mt19937 random(20240229);
  std::vector<std::string> paths;
  for (int i = 0; i < 60; ++i) {
    std::string broken = whole;
    const std::size_t reach = i % 2 == 0 ? std::size_t{600} : whole.size();
    for (int flips = 0; flips < 1 + i / 6; ++flips) {
      broken[16 + random() % (reach - 16)] = static_cast<char>(random() % 256);
    }
    paths.push_back(folder.write("broken" + std::to_string(i) + ".so", broken));
  }
  paths.push_back(folder.add("good"));
  const std::vector<Listing> listings = scan_files(LISTER, paths, {std::chrono::milliseconds(5000)});
  ASSERT_EQ(listings.size(), paths.size());
  for (const Listing& listing : listings) {
    EXPECT_NE(listing.refused.empty(), listing.connectors.empty()) << listing.path << listing.refused;
  }
  EXPECT_EQ(listings.back().refused, "");
}

}  // namespace
}  // namespace integ::plugin::test
