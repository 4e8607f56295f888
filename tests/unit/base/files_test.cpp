#include "base/files.hpp"

#include "base/error.hpp"
#include "support/error_of.hpp"
#include "support/folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace integ {
namespace {

using support::error_of;

struct Files : public ::testing::Test {
  std::string path(const std::string& name) const { return folder_ / name; }
  std::size_t count() const { return folder_.files().size(); }

  support::TempFolder folder_;
};

TEST_F(Files, AreReadWholeAsTheyAre) {
  const std::string content = std::string("\xEF\xBB\xBF") + "a" + '\0' + "b\r\n" + std::string(200'000, 'x');
  replace_file(path("f"), content);
  EXPECT_EQ(read_file(path("f")), content);
  EXPECT_EQ(read_text_file(path("f")), content.substr(3));
  replace_file(path("e"), "");
  EXPECT_EQ(read_file(path("e")), "");
}

TEST_F(Files, ThatCannotBeReadAreNamedWithTheReason) {
  const Error missing = error_of([&] { read_file(path("missing")); });
  EXPECT_EQ(missing.kind(), Kind::config);
  EXPECT_NE(missing.message().find(path("missing") + ": No such file"), std::string::npos) << missing.message();
  EXPECT_NE(error_of([&] { read_file(folder_.path()); }).message().find("directory"), std::string::npos);
}

TEST_F(Files, WhoseNameIsJsonAreNotShown) {
  for (const char* text : {R"({"token":"canary"})", R"( [{"token":"canary"}])", R"("canary")"}) {
    const Error error = error_of([&] { read_file(text); });
    EXPECT_EQ(error.kind(), Kind::config);
    EXPECT_EQ(error.message(), "expected the name of a file that holds the JSON, and not the JSON itself");
  }
  const std::string odd = folder_.write("{odd}", "text");
  EXPECT_EQ(read_file(odd), "text");
}

TEST_F(Files, AreReplacedWhole) {
  replace_file(path("f"), "old");
  const std::string link = path("before");
  ASSERT_EQ(::link(path("f").c_str(), link.c_str()), 0);
  replace_file(path("f"), "new", 0600);
  EXPECT_EQ(read_file(path("f")), "new");
  EXPECT_EQ(read_file(link), "old") << "another file took its place; whoever reads the old one reads on";
  struct stat status {};
  ASSERT_EQ(::stat(path("f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(count(), 2U) << "no temporary file is left";
}

TEST_F(Files, ThatCannotBeReplacedStayAndLeaveNothingBehind) {
  const Error error = error_of([&] { replace_file(path("no/such/folder"), "x"); });
  EXPECT_EQ(error.kind(), Kind::output);
  EXPECT_NE(error.message().find("No such file or directory"), std::string::npos);
  EXPECT_EQ(count(), 0U);
}

TEST_F(Files, APipeIsWrittenAndNotReplaced) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = read_file(path("pipe")); });
  replace_file(path("pipe"), "report");
  reader.join();
  EXPECT_EQ(got, "report");
  struct stat status {};
  ASSERT_EQ(::stat(path("pipe").c_str(), &status), 0);
  EXPECT_TRUE(S_ISFIFO(status.st_mode));
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, ADeviceStaysADevice) {
  const Error error = error_of([&] { replace_file("/dev/full", "x"); });
  EXPECT_NE(error.message().find("No space left"), std::string::npos) << error.message();
  struct stat status {};
  ASSERT_EQ(::stat("/dev/full", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
}

TEST_F(Files, WriteAllNamesAFullDiskAndAClosedPipe) {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  const Error error = error_of([&] { write_all(full.get(), "abc", 3, "the output"); });
  EXPECT_EQ(error.kind(), Kind::output);
  EXPECT_NE(error.message().find("the output: No space left"), std::string::npos) << error.message();
  EXPECT_NO_THROW(write_all(full.get(), "", 0, "the output"));

  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd writing(ends[1]);
  UniqueFd(ends[0]).reset();
  EXPECT_NE(error_of([&] { write_all(writing.get(), "abc", 3, "p"); }).message().find("Broken pipe"),
            std::string::npos);
}

TEST_F(Files, WriteAllWaitsForANonBlockingReader) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  UniqueFd writing(ends[1]);
  const UniqueFd reading(ends[0]);
  ASSERT_EQ(::fcntl(reading.get(), F_SETFL, 0), 0);
  const std::string sent(1'000'000, 'x');  // many times what a pipe holds
  std::size_t got = 0;
  std::thread reader([&] {
    std::array<char, 4096> chunk{};
    for (ssize_t n = 0; (n = ::read(reading.get(), chunk.data(), chunk.size())) > 0;)
      got += static_cast<std::size_t>(n);
  });
  EXPECT_NO_THROW(write_all(writing.get(), sent.data(), sent.size(), "p"));
  writing.reset();
  reader.join();
  EXPECT_EQ(got, sent.size());
}

TEST_F(Files, UTF16IsNamedForWhatItIs) {
  for (const std::string& text :
       {std::string("\xFF\xFE{\0", 4), std::string("\xFE\xFF\0{", 4), std::string("{\0}\0", 4)}) {
    folder_.write("config.json", text);
    try {
      read_text_file(folder_.path("config.json"));
      ADD_FAILURE() << "not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Kind::config);
      EXPECT_NE(std::string(error.what()).find("config.json:1:1: the file is UTF-16; expected UTF-8"),
                std::string::npos)
          << error.what();
    }
  }
}

TEST_F(Files, ADescriptorIsClosedOnceByItsLastOwner) {
  const int raw = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  {
    UniqueFd first(raw);
    UniqueFd second(std::move(first));
    EXPECT_EQ(second.get(), raw);
    UniqueFd third;
    third = std::move(second);
    EXPECT_TRUE(third);
    EXPECT_EQ(::fcntl(raw, F_GETFD) >= 0, true);
  }
  EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
  UniqueFd released(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int kept = released.release();
  EXPECT_FALSE(released);
  EXPECT_EQ(::close(kept), 0);
}

}  // namespace
}  // namespace integ
