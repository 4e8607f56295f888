#include "plugin/registry.hpp"

#include "base/error.hpp"
#include "support.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace integ::plugin::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RegistryTest : public ::testing::Test {
 protected:
  Registry scan(const std::vector<std::string>& folders) { return Registry::scan(folders, LISTER); }
  std::string missing(const Registry& registry, const std::string& name) {
    try {
      registry.connector(name);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Kind::config);
      return error.message();
    }
    return "it exists";
  }

  TemporaryFolder folder_;
  ScopedVariable no_cache_{"INTEG_PLUGIN_CACHE", "off"};
};

TEST_F(RegistryTest, FindsByNameAndLoadsOnce) {
  folder_.add("good", "another-name.so");
  folder_.add("adapter");
  const Registry registry = scan({folder_.path()});
  EXPECT_THAT(registry.connector_names(), ElementsAre("good"));
  EXPECT_THAT(registry.adapter_names(), ElementsAre("nowhere"));
  const Listing& listing = registry.connector("good");
  EXPECT_EQ(listing.path, folder_ / "another-name.so");
  EXPECT_EQ(listing.folder, folder_.path());
  const auto plugin = registry.load(listing, nullptr);
  EXPECT_NE(plugin->connector("good"), nullptr);
  EXPECT_EQ(registry.load(listing, nullptr), plugin);
  ASSERT_NE(registry.adapter("nowhere"), nullptr);
  EXPECT_EQ(registry.adapter("jsonl"), nullptr);
}

TEST_F(RegistryTest, LoadsFromManyThreads) {
  folder_.add("good");
  const Registry registry = scan({folder_.path()});
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_NE(registry.load(registry.connector("good"), nullptr), nullptr); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(RegistryTest, AnEarlierFolderShadowsALater) {
  const std::string first = folder_.add("good", "1/good.so");
  const std::string second = folder_.add("good", "2/good.so");
  const Registry registry = scan({folder_ / "1", folder_ / "2"});
  EXPECT_EQ(registry.connector("good").path, first);
  ASSERT_EQ(registry.listings().size(), 2u);
  EXPECT_EQ(registry.listings()[1].path, second);
  EXPECT_THAT(registry.listings()[1].connectors, ::testing::IsEmpty());
  EXPECT_THAT(registry.listings()[1].warnings, ElementsAre("connector 'good' is shadowed by " + first));
}

// To take either, or the one of a later folder, would be to choose for the user.
TEST_F(RegistryTest, ANameTwiceInOneFolderIsNobodys) {
  const std::string a = folder_.add("good", "1/a.so");
  const std::string b = folder_.add("good", "1/b.so");
  folder_.add("good", "2/c.so");
  folder_.add("adapter", "1/d.so");
  const Registry registry = scan({folder_ / "1", folder_ / "2"});
  EXPECT_THAT(registry.connector_names(), ElementsAre());
  EXPECT_THAT(registry.adapter_names(), ElementsAre("nowhere"));
  const std::string message = missing(registry, "good");
  EXPECT_THAT(message, HasSubstr(a + ": connector 'good' is in " + b + ", too: neither is used"));
  EXPECT_THAT(message, HasSubstr(b + ": connector 'good' is in " + a + ", too: neither is used"));
}

TEST_F(RegistryTest, AMissingConnectorSaysWhatThereIs) {
  folder_.add("good");
  folder_.add("prints");
  folder_.write("goood.so", "hello");
  folder_.write("libother_one.so", "hello");
  const Registry registry = scan({folder_.path(), folder_ / "nowhere"});
  const std::string message = missing(registry, "goood");
  EXPECT_THAT(message, HasSubstr("no connector 'goood', did you mean 'good'? There are good and prints."));
  EXPECT_THAT(message,
              HasSubstr("Searched in " + folder_.path() + " and " + (folder_ / "nowhere") + " (no such folder)."));
  EXPECT_THAT(message, HasSubstr("Passed over " + (folder_ / "goood.so") + ": no ELF file."));
  EXPECT_THAT(message, Not(HasSubstr("other_one")));
  EXPECT_THAT(missing(registry, "other-one"), HasSubstr("libother_one.so: no ELF file"));
}

TEST_F(RegistryTest, WithoutAnyConnectorAllFaultsAreSaid) {
  folder_.add("crashes_in_constructor");
  folder_.write("text.so", "hello");
  const std::string message = missing(scan({folder_.path()}), "pokeapi");
  EXPECT_THAT(message, HasSubstr("no connector 'pokeapi'. There are none."));
  EXPECT_THAT(message, HasSubstr("SIGABRT"));
  EXPECT_THAT(message, HasSubstr("text.so: no ELF file"));
}

TEST_F(RegistryTest, NoFolderAtAllIsFine) {
  const Registry registry = scan({});
  EXPECT_THAT(registry.listings(), ::testing::IsEmpty());
  EXPECT_THAT(missing(registry, "x"), HasSubstr("Searched in no folder."));
}

TEST_F(RegistryTest, ARefusedFileCanNotBeLoaded) {
  folder_.add("crashes_in_constructor");
  const Registry registry = scan({folder_.path()});
  EXPECT_THROW(registry.load(registry.listings().at(0), nullptr), Error);
}

}  // namespace
}  // namespace integ::plugin::test
