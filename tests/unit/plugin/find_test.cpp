#include "plugin/find.hpp"

#include "support.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

namespace integ::plugin::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Folders, InTheirOrder) {
  const ScopedVariable path("INTEG_PLUGIN_PATH", "/c::/d/");
  const ScopedVariable data("XDG_DATA_HOME", "/home/x/data");
  EXPECT_THAT(folders({"/a", "/b/../b2"}, "/opt/x/bin/integ"),
              ElementsAre("/a", "/b2", "/c", "/d", "/home/x/data/integ/plugins", "/opt/x/lib/integ/plugins"));
}

TEST(Folders, WithoutDoublesAndWithTheHomeWhereXdgIsUnset) {
  const ScopedVariable path("INTEG_PLUGIN_PATH", "/a/:/a/.");
  const ScopedVariable data("XDG_DATA_HOME", "not/absolute");
  const ScopedVariable home("HOME", "/home/x");
  EXPECT_THAT(folders({"/a"}, "/usr/bin/integ"),
              ElementsAre("/a", "/home/x/.local/share/integ/plugins", "/usr/lib/integ/plugins"));
}

TEST(Folders, ALinkToAFolderIsThatFolder) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "real");
  fs::create_directory_symlink(folder / "real", folder / "link");
  const ScopedVariable path("INTEG_PLUGIN_PATH", folder / "link");
  const ScopedVariable data("XDG_DATA_HOME", std::nullopt);
  const ScopedVariable home("HOME", std::nullopt);
  EXPECT_THAT(folders({folder / "real"}, ""), ElementsAre(folder / "real"));
}

TEST(Folders, ABuildTreeUsesItsOwn) {
  const TemporaryFolder build;
  fs::create_directories(build / "meson-private");
  fs::create_directories(build / "host");
  const ScopedVariable path("INTEG_PLUGIN_PATH", std::nullopt);
  const ScopedVariable data("XDG_DATA_HOME", std::nullopt);
  const ScopedVariable home("HOME", std::nullopt);
  EXPECT_THAT(folders({}, build / "host/integ"), ElementsAre(build / "plugins"));
}

TEST(Candidates, RegularFilesByFolderThenName) {
  const TemporaryFolder folder;
  const std::string z = folder.add("good", "first/z.so");
  const std::string a = folder.add("adapter", "second/a.so");
  const std::string b = folder.add("good", "second/b.so");
  folder.write("second/.hidden.so", "x");
  folder.write("second/readme.txt", "x");
  fs::create_directory(folder / "second/folder.so");
  ASSERT_EQ(::mkfifo((folder / "second/pipe.so").c_str(), 0600), 0);
  std::vector<std::string> paths;
  for (const Candidate& candidate : candidates({folder / "first", folder / "missing", folder / "second"})) {
    paths.push_back(candidate.path);
    EXPECT_EQ(candidate.refused, "") << candidate.path;
  }
  EXPECT_THAT(paths, ElementsAre(z, a, b));
}

TEST(Candidates, WhatIsNoPluginIsNamedWithTheReason) {
  const TemporaryFolder folder;
  folder.write("a-text.so", "hello");
  const std::string good = folder.add("good", "b-good.so");
  fs::create_symlink(good, folder / "c-link.so");
  fs::create_symlink(folder / "nowhere", folder / "d-dangling.so");
  fs::create_symlink("/proc/self/exe", folder / "e-self.so");
  const std::vector<Candidate> found = candidates({folder.path()});
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0].refused, "no ELF file");
  EXPECT_EQ(found[1].refused, "");
  EXPECT_EQ(found[2].refused, "the same file as " + good);
  EXPECT_EQ(found[3].refused, "unreadable (No such file or directory)");
  EXPECT_EQ(found[4].refused, "this very program");
}

TEST(Candidates, WorldWritableIsRefusedAndGroupWritableWarnedOf) {
  const TemporaryFolder folder;
  ASSERT_EQ(::chmod(folder.add("good", "a.so").c_str(), 0646), 0);
  ASSERT_EQ(::chmod(folder.add("good", "b.so").c_str(), 0664), 0);
  ASSERT_EQ(::chmod(folder.add("good", "c.so").c_str(), 0755), 0);
  const std::vector<Candidate> found = candidates({folder.path()});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_THAT(found[0].refused, HasSubstr("world-writable"));
  EXPECT_EQ(found[1].refused, "");
  EXPECT_EQ(found[1].warning, "group-writable");
  EXPECT_EQ(found[2].warning, "");
}

TEST(Candidates, AWorldWritableFolderIsWarnedOf) {
  const TemporaryFolder folder;
  folder.add("good");
  ASSERT_EQ(::chmod(folder.path().c_str(), 01777), 0);
  const std::vector<Candidate> found = candidates({folder.path()});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].refused, "");
  EXPECT_EQ(found[0].warning, "in a world-writable folder");
}

TEST(Candidates, AFileGivenAsFolderIsNamed) {
  const TemporaryFolder folder;
  const std::string file = folder.add("good");
  const std::vector<Candidate> found = candidates({file});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].refused, HasSubstr("can't be read"));
}

}  // namespace
}  // namespace integ::plugin::test
