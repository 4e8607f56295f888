// JSON Lines in files that are compressed, or in parts: what was confirmed can be read, whatever happened since.
#include "json/document.hpp"
#include "protocol/builtin.hpp"
#include "support.hpp"
#include "support/packed.hpp"

namespace integ::protocol::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct JsonlFiles : public ::testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Sinks> sinks = file_sinks(folder.path(""));
  MemorySink sink;
  Stream stream = make_stream("a");
  json::Document options;

  std::unique_ptr<Session> open(const std::string& with, bool resumes = false) {
    options = json::Document::parse(R"({"bare":true,)" + with + "}");
    auto session =
        jsonl_adapter()->open({.options = &options.root(), .sink = &sink, .sinks = sinks.get(), .log = nullptr});
    Selection selection;
    selection.resumes = resumes;
    session->stream(stream, selection);
    return session;
  }
  static std::string record(int id, std::size_t size = 0) {
    return R"({"id":)" + std::to_string(id) + (size > 0 ? R"(,"x":")" + std::string(size, 'x') + "\"}" : "}");
  }
  void write(Session& session, int id, std::size_t size = 0) {
    const std::string text = record(id, size);
    session.records(batch(stream, {text}));
  }
  std::string unpacked(const std::string& name, const std::string& compression) const {
    const std::string packed = contents(folder.path(name));
    return compression == "gzip" ? support::gunzipped(packed) : support::unzstd(packed);
  }
};

TEST_F(JsonlFiles, WhatWasSyncedCanBeReadAndTheRestIsCutByTheNextRun) {
  for (const std::string compression : {"gzip", "zstd"}) {
    const std::string name = "out.jsonl." + compression;
    const std::string with = R"("path":")" + name + R"(","compression":")" + compression + "\"";
    {
      const auto session = open(with);
      write(*session, 1);
      session->state(stream, "{}", 1);
      EXPECT_EQ(session->flush(Flush::now), 1U);
      EXPECT_EQ(unpacked(name, compression), record(1) + "\n");
      write(*session, 2);
      session->state(stream, "{}", 2);
      EXPECT_EQ(session->flush(Flush::now), 2U);
    }
    EXPECT_EQ(unpacked(name, compression), record(1) + "\n" + record(2) + "\n");
    const std::string whole = contents(folder.path(name));
    // A run that was killed in the midst of a member, at every place.
    for (std::size_t torn = 1; torn + 1 < whole.size() / 2; ++torn) {
      put(folder.path(name), whole + whole.substr(0, torn));
      const auto session = open(with, true);
      write(*session, 3);
      session->close(INTEG_OK);
      ASSERT_EQ(unpacked(name, compression), record(1) + "\n" + record(2) + "\n" + record(3) + "\n") << torn;
    }
  }
}

TEST_F(JsonlFiles, WhatIsNotCompressedIsNotAppendedTo) {
  put(folder.path("out.jsonl"), "{\"id\":1}\n");
  const auto session = open(R"("path":"out.jsonl","compression":"zstd")", true);
  expect_error(Kind::output, "not compressed", [&] { write(*session, 2); });
  EXPECT_EQ(contents(folder.path("out.jsonl")), "{\"id\":1}\n");
}

// Only a piece that was begun and never ended, as a kill leaves it, is nobody's loss.
TEST_F(JsonlFiles, WhatHoldsNothingReadableIsNotWrittenOver) {
  for (const std::string compression : {"gzip", "zstd"}) {
    const std::string with = R"("path":"out.jsonl","compression":")" + compression + "\"";
    {
      const auto session = open(with);
      write(*session, 1, 1000);
      session->close(INTEG_OK);
    }
    const std::string whole = contents(folder.path("out.jsonl"));
    std::string damaged = whole;
    for (std::size_t i = 8; i < damaged.size(); ++i) damaged[i] = '\xFF';
    for (const std::string& other : {damaged, std::string("id;name\n1;x\n"), std::string(1000, '\0')}) {
      put(folder.path("out.jsonl"), other);
      const auto session = open(with, true);
      expect_error(Kind::output, "`compression: " + compression + "` says", [&] { write(*session, 2); });
      EXPECT_EQ(contents(folder.path("out.jsonl")), other);
    }
    put(folder.path("out.jsonl"), whole.substr(0, whole.size() - 5));
    const auto session = open(with, true);
    write(*session, 3);
    session->close(INTEG_OK);
    EXPECT_EQ(unpacked("out.jsonl", compression), record(3) + "\n");
  }
}

TEST_F(JsonlFiles, WhatKilledRunsLeftOfPartsIsTakenAway) {
  for (const char* stale : {"out.00001.jsonl.tmp-1-0", "out.00042.jsonl.tmp-1-0"}) put(folder.path(stale), "half");
  const auto session = open(R"("path":"out.jsonl","rotate":"1MB")");
  write(*session, 1);
  session->close(INTEG_OK);
  EXPECT_THAT(folder.files(), ElementsAre("out.00001.jsonl"));
}

TEST_F(JsonlFiles, ANewPartBeginsAtTheSize) {
  constexpr std::size_t kRecord = 20'000;
  {
    const auto session = open(R"("path":"out.v1.jsonl","rotate":"64KiB")");
    for (int id = 1; id <= 10; ++id) write(*session, id, kRecord);
    session->close(INTEG_OK);
  }
  EXPECT_THAT(folder.files(), ElementsAre("out.v1.00001.jsonl", "out.v1.00002.jsonl", "out.v1.00003.jsonl"));
  std::string all;
  for (const std::string& file : folder.files()) {
    const std::string text = contents(folder.path(file));
    EXPECT_TRUE(text.ends_with("}\n")) << file;
    EXPECT_LT(text.size(), 64U * 1024 + kRecord + 100) << file;
    all += text;
  }
  std::string expected;
  for (int id = 1; id <= 10; ++id) expected += record(id, kRecord) + "\n";
  EXPECT_EQ(all, expected);

  // A run that goes on fills the last part.
  {
    const auto session = open(R"("path":"out.v1.jsonl","rotate":"64KiB")", true);
    write(*session, 11);
    session->close(INTEG_OK);
  }
  EXPECT_TRUE(contents(folder.path("out.v1.00003.jsonl")).ends_with(record(11) + "\n"));

  // One that begins anew leaves all as it was until its first sync, and then replaces all of it.
  {
    const auto session = open(R"("path":"out.v1.jsonl","rotate":"64KiB")");
    write(*session, 12);
    EXPECT_THAT(contents(folder.path("out.v1.00001.jsonl")), HasSubstr(record(1, kRecord)));
    session->close(INTEG_OK);
  }
  EXPECT_THAT(folder.files(), ElementsAre("out.v1.00001.jsonl"));
  EXPECT_EQ(contents(folder.path("out.v1.00001.jsonl")), record(12) + "\n");
}

TEST_F(JsonlFiles, CompressedPartsAreCutByTheirSizeInTheFile) {
  const auto session = open(R"("path":"out.jsonl.gz","compression":"gzip","rotate":65536)");
  for (int id = 1; id <= 100; ++id) write(*session, id, 20'000);
  session->close(INTEG_OK);
  EXPECT_THAT(folder.files(), ElementsAre("out.00001.jsonl.gz")) << "two megabytes of x are a few kilobytes";
  EXPECT_THAT(unpacked("out.00001.jsonl.gz", "gzip"), HasSubstr(record(100, 20'000)));
}

TEST_F(JsonlFiles, OtherFilesAreNobodysParts) {
  for (const char* name : {"out.1.jsonl", "out.00002.jsonl.bak", "out.0000x.jsonl", "other.00002.jsonl", "out.jsonl"}) {
    put(folder.path(name), "mine\n");
  }
  put(folder.path("out.00007.jsonl"), "old\n");
  const auto session = open(R"("path":"out.jsonl","rotate":"1MB")");
  write(*session, 1);
  session->close(INTEG_OK);
  EXPECT_THAT(folder.files(), ElementsAre("other.00002.jsonl", "out.00001.jsonl", "out.00002.jsonl.bak",
                                          "out.0000x.jsonl", "out.1.jsonl", "out.jsonl"));
}

TEST_F(JsonlFiles, WhatIsWrongIsSaid) {
  expect_error(Kind::config, "expected a path", [&] { open(R"("compression":"gzip")"); });
  for (const char* size : {R"("1KB")", R"("much")", R"("-5MB")", "7", R"("1e99")"}) {
    expect_error(Kind::config, "rotate: expected a size",
                 [&] { open(R"("path":"o.jsonl","rotate":)" + std::string(size)); });
  }
  expect_error(Kind::output, "is missing", [&] { open(R"("path":"no/o.jsonl","rotate":"1MB")"); });
}

}  // namespace
}  // namespace integ::protocol::testing
