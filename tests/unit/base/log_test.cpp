#include "base/log.hpp"

#include "base/files.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <array>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace integ {
namespace {

class Kept final : public LogWriter {
 public:
  void write(const LogLine& line) override { lines.push_back(line); }
  std::vector<LogLine> lines;
};

// A socket that keeps the bounds of each write.
class Ends {
 public:
  Ends() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw std::runtime_error("socketpair");
    reading_ = UniqueFd(ends[0]);
    writing_ = UniqueFd(ends[1]);
  }
  int fd() const { return writing_.get(); }
  std::string next() {
    std::string text(64 * 1024, '\0');
    const ssize_t got = ::recv(reading_.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  UniqueFd reading_, writing_;
};

TEST(Log, KeepsToItsLevel) {
  Secrets secrets;
  Kept kept;
  Log log(secrets, kept, Level::warn);
  log.debug("s", "1");
  log.info("s", "2");
  log.warn("s", "3");
  log.error({}, "4");
  ASSERT_EQ(kept.lines.size(), 2U);
  EXPECT_EQ(kept.lines[0].level, Level::warn);
  EXPECT_EQ(kept.lines[0].stream, "s");
  EXPECT_EQ(kept.lines[1].message, "4");
  EXPECT_EQ(kept.lines[1].stream, "");
  log.set_level(Level::debug);
  EXPECT_EQ(log.level(), Level::debug);
  log.debug("s", "5");
  EXPECT_EQ(kept.lines.size(), 3U);
}

TEST(Log, LevelsHaveNames) {
  for (const Level level : {Level::debug, Level::info, Level::warn, Level::error})
    EXPECT_EQ(level_of(name_of(level)), level);
  EXPECT_EQ(level_of("warning"), Level::warn);
  EXPECT_EQ(level_of("loud"), std::nullopt);
}

TEST(Log, MasksAndSanitisesWhateverIsWritten) {
  Secrets secrets;
  secrets.add("line one\nline two");
  secrets.add("p4ssw0rd");
  Kept kept;
  Log log(secrets, kept);
  log.info("s-p4ssw0rd", "a\nb\x1B[2J line one\nline two p4ssw0rd \xFF");
  ASSERT_EQ(kept.lines.size(), 1U);
  EXPECT_EQ(kept.lines[0].stream, "s-***");
  EXPECT_EQ(kept.lines[0].message, "a b [2J *** *** \xEF\xBF\xBD");
  log.info({}, std::string(100'000, 'x'));
  EXPECT_LT(kept.lines[1].message.size(), 20'000U);
}

TEST(Log, CanBeTurnedElsewhereForAWhile) {
  Secrets secrets;
  Kept first;
  Kept second;
  Log log(secrets, first);
  LogWriter& before = log.redirect(second);
  EXPECT_EQ(&before, &first);
  log.info({}, "x");
  EXPECT_EQ(&log.redirect(before), &second);
  log.info({}, "y");
  EXPECT_EQ(second.lines.size(), 1U);
  EXPECT_EQ(first.lines.size(), 1U);
}

TEST(TextLogWriter, WritesALineInOnePiece) {
  Ends ends;
  TextLogWriter writer(ends.fd(), false);
  writer.write({Level::warn, "orders", "the server answered 429"});
  const std::string line = ends.next();
  ASSERT_GT(line.size(), 20U);
  EXPECT_EQ(line[10], 'T');
  EXPECT_EQ(line.substr(19), "Z WARN  [orders] the server answered 429\n");
  writer.write({Level::error, "", std::string(16'000, 'x')});
  const std::string large = ends.next();
  EXPECT_TRUE(large.ends_with("x\n"));
  EXPECT_EQ(large.substr(19, 8), "Z ERROR ");
  EXPECT_EQ(large.size(), 20 + 7 + 16'000U + 1);
}

TEST(TextLogWriter, EveryLineOfJsonIsJson) {
  Ends ends;
  TextLogWriter writer(ends.fd(), true);
  Secrets secrets;
  Log log(secrets, writer, Level::debug);
  std::string nasty = "say \"hi\" \\ back\\\\slash";
  for (int byte = 0; byte < 256; ++byte) nasty += static_cast<char>(byte);
  log.debug("st\"ream\\", nasty);
  std::string line = ends.next();
  rapidjson::Document parsed;
  parsed.Parse<rapidjson::kParseValidateEncodingFlag>(line.data(), line.size());
  ASSERT_FALSE(parsed.HasParseError()) << line;
  EXPECT_EQ(std::string(parsed["stream"].GetString()), "st\"ream\\");
  EXPECT_TRUE(std::string(parsed["message"].GetString()).starts_with("say \"hi\" \\ back\\\\slash"));
  EXPECT_EQ(std::string(parsed["level"].GetString()), "debug");
  EXPECT_EQ(line.find('\n'), line.size() - 1);

  writer.write({Level::info, "", "raw \n \t \x01 controls"});  // not through the Log
  line = ends.next();
  parsed.Parse<rapidjson::kParseValidateEncodingFlag>(line.data(), line.size());
  ASSERT_FALSE(parsed.HasParseError()) << line;
  EXPECT_STREQ(parsed["message"].GetString(), "raw \n \t \x01 controls");
  EXPECT_FALSE(parsed.HasMember("stream"));
}

TEST(TextLogWriter, ALogThatCannotBeWrittenEndsNothing) {
  TextLogWriter closed(-1, false);
  EXPECT_NO_THROW(closed.write({Level::info, "", "x"}));
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  TextLogWriter nowhere(full.get(), true);
  EXPECT_NO_THROW(nowhere.write({Level::info, "", "x"}));
}

TEST(Log, LinesOfManyThreadsStayWhole) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  std::string all;
  std::thread reader([&] {
    std::array<char, 8192> chunk{};
    for (ssize_t n = 0; (n = ::read(reading.get(), chunk.data(), chunk.size())) > 0;) {
      all.append(chunk.data(), static_cast<std::size_t>(n));
    }
  });
  {
    Secrets secrets;
    TextLogWriter writer(writing.get(), false);
    Log log(secrets, writer);
    std::vector<std::thread> threads;
    for (char t = 'a'; t < 'e'; ++t) {
      threads.emplace_back([&log, t] {
        for (int i = 0; i < 20; ++i) log.info(std::string(1, t), std::string(9'000, t));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  writing.reset();
  reader.join();
  std::size_t lines = 0;
  for (std::size_t at = 0; at < all.size(); ++lines) {
    const std::size_t end = all.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    const std::string line = all.substr(at, end - at);
    const char t = line.at(line.find('[') + 1);
    EXPECT_EQ(line.substr(line.find("] ") + 2), std::string(9'000, t));
    at = end + 1;
  }
  EXPECT_EQ(lines, 80U);
}

}  // namespace
}  // namespace integ
