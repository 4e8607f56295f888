// Records held against the schema that their stream declares, and schemas proposed from records: the whole program.
#include "integration/pipelines/pipeline_test.hpp"

namespace integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Document = ::integ::json::Document;

// The stream pokemon declares "name" as a string, its key, and "url" as a string or null.
class Validate : public PipelineTest {
 protected:
  static constexpr const char* kFile = "{protocol: jsonl, path: out.jsonl, bare: true}";

  void page(int number, const std::string& records, bool last = false) {
    const std::string path = number == 1 ? "/api/v2/pokemon" : "/p" + std::to_string(number);
    api.set_page(path, page_of(records, last ? "" : api.url("/p" + std::to_string(number + 1))));
  }
  // Two pages, the second with records that break the schema.
  void two_pages() {
    page(1, R"({"name":"a","url":"u"},{"name":"b","url":null})");
    page(2, R"({"name":"c","url":7},{"name":null,"url":"my canary-7391"},{"name":"d","url":8})", true);
  }
  std::string out() const { return folder.has("out.jsonl") ? folder.read("out.jsonl") : "no file"; }
  // `integ discover p.yaml MORE`, a document a line.
  std::vector<Document> discovered(const std::vector<std::string>& more) {
    std::vector<std::string> words = {"discover", "p.yaml"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome run = integ(words);
    EXPECT_EQ(run.exit_code, 0) << run;
    std::vector<Document> documents;
    for (const std::string& line : lines_of(run.out)) documents.push_back(Document::parse(line));
    return documents;
  }
  static std::string text_at(const Document& document, const std::string& pointer) {
    const auto* node = document.find(pointer);
    return node == nullptr ? "nothing" : std::string(node->text);
  }
};

TEST_F(Validate, OffAndWarnChangeNoByte) {
  two_pages();
  std::vector<std::string> outputs;
  for (const char* more : {"", "validate: off\n", "validate: warn\n", "validate: {mode: warn, sample: all}\n"}) {
    folder.write("p.yaml", pokemon(kFile, more));
    const Outcome run = integ({"run", "p.yaml", "--full-refresh"});
    ASSERT_EQ(run.exit_code, 0) << run;
    outputs.push_back(out());
    EXPECT_EQ(run.err.find("schema") != std::string::npos, std::string(more).find("warn") != std::string::npos) << run;
  }
  EXPECT_THAT(outputs, ::testing::Each(outputs.front()));
  EXPECT_THAT(lines_of(outputs.front()), ::testing::SizeIs(5));
}

TEST_F(Validate, WarnTellsOnceAStreamByPathAndRule) {
  two_pages();
  folder.write("p.yaml", pokemon(kFile, "validate: warn\n"));
  const Outcome run = integ({"run", "p.yaml"});
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err,
              HasSubstr("WARN  [pokemon] 3 of 5 checked records break the stream's schema: /url: expected string "
                        "or null, found integer (2, as 7); /name: expected string, found null (1, as null)\n"));
  EXPECT_THAT(state(), HasSubstr("pokemon {"));
}

TEST_F(Validate, FailKeepsThePagesBeforeAndTheirState) {
  two_pages();
  folder.write("p.yaml", pokemon("{protocol: sqlite, path: out.db}", "validate: fail\n"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.err, HasSubstr("record 3 breaks the stream's schema: /url: expected string or null, found integer, "
                                 "there is 7"));
  EXPECT_EQ(database().column("select name from pokemon order by name"), (std::vector<std::string>{"a", "b"}));
  EXPECT_THAT(state(), HasSubstr("/p2")) << "the page that failed is asked for again";

  // Once the server has mended it, the run goes on there.
  page(2, R"({"name":"c","url":"7"})", true);
  api.forget_requests();
  const Outcome again = integ({"run", "p.yaml"});
  EXPECT_EQ(again.exit_code, 0) << again;
  EXPECT_EQ(api.count("/api/v2/pokemon"), 0U);
  EXPECT_EQ(count(), 3);
}

TEST_F(Validate, FailLooksAtEachRecordUnlessToldOtherwise) {
  std::string records;
  for (int i = 0; i < 3000; ++i) records += "{\"name\":\"n" + std::to_string(i) + "\"},";
  page(1, records + R"({"name":5})", true);
  folder.write("p.yaml", pokemon(kFile, "validate: fail\n"));
  const Outcome all = integ({"run", "p.yaml"});
  EXPECT_EQ(all.exit_code, 1) << all;
  EXPECT_THAT(all.err, HasSubstr("record 3,001 breaks"));
  folder.write("p.yaml", pokemon(kFile, "validate: {mode: fail, sample: 7}\n"));
  const Outcome some = integ({"run", "p.yaml"});
  EXPECT_EQ(some.exit_code, 0) << some;  // 3000 is no multiple of 7
}

TEST_F(Validate, SecretsAreMaskedInExamplesAndErrors) {
  records_fit = false;
  for (const char* mode : {"warn", "fail"}) {
    folder.write("options.yaml", std::string("validate: ") + mode + "\n");
    folder.write("config.json", R"({"url":")" + api.url() + R"(","token":"canary-7391"})");
    api.set_page("/s01", R"({"items":[{"id":"my canary-7391 and more","label":"x"}]})");
    folder.write("catalog.json", R"({"streams":[{"tap_stream_id":"s01","stream":"s01","schema":{},)"
                                 R"("metadata":[{"breadcrumb":[],"metadata":{"selected":true}}]}]})");
    const Outcome tap =
        integ({"tap", "crowd", "--config", "config.json", "--catalog", "catalog.json", "--options", "options.yaml"});
    EXPECT_EQ(tap.exit_code, std::string(mode) == "fail" ? 1 : 0) << tap;
    EXPECT_THAT(tap.err, AllOf(HasSubstr("/id: expected integer, found string"), HasSubstr("\"my *** and more\""),
                               Not(HasSubstr("canary"))));
  }
}

TEST_F(Validate, AnAirbyteSourceTellsItInMessages) {
  two_pages();
  folder.write("config.json", R"({"url":")" + api.url("/api/v2") + R"("})");
  folder.write("catalog.json", R"({"streams":[{"stream":{"name":"pokemon","json_schema":{},"supported_sync_modes":)"
                               R"(["full_refresh"]},"sync_mode":"full_refresh","destination_sync_mode":"append"}]})");
  const auto read = [&](const std::string& mode) {
    folder.write("options.yaml", "validate: " + mode + "\n");
    return integ({"source", "pokeapi", "read", "--config", "config.json", "--catalog", "catalog.json", "--options",
                  "options.yaml"});
  };
  const Outcome warned = read("warn");
  EXPECT_EQ(warned.exit_code, 0) << warned;
  EXPECT_THAT(warned.out, AllOf(HasSubstr(R"("level":"WARN")"), HasSubstr("3 of 5 checked records break")));
  const Outcome failed = read("fail");
  EXPECT_EQ(failed.exit_code, 1) << failed;
  EXPECT_THAT(failed.out, AllOf(HasSubstr(R"("type":"TRACE")"), HasSubstr("record 3 breaks the stream's schema"),
                                Not(HasSubstr(R"("name":"c")"))));
  const Outcome refused = read("loud");
  EXPECT_THAT(refused.out, HasSubstr("validate: expected off, warn or fail, found 'loud'"));
}

TEST_F(Validate, AnEmissionThatStreamsEndsAtItsBatch) {
  // The first batches are out when the record comes that breaks the schema; its own is not, nor is any state.
  std::string lines;
  constexpr int kRecords = 4000;
  constexpr int kBad = 3500;
  for (int id = 1; id <= kRecords; ++id) {
    const std::string name = id == kBad ? "{\"bad\":1}" : "\"" + std::string(200, 'x') + "\"";
    lines += "{\"id\":" + std::to_string(id) + ",\"name\":" + name + "}\n";
  }
  api.set_page("/lines", lines, "application/x-ndjson");
  const auto exports = [&](const std::string& mode) {
    folder.write("p.yaml", pipeline("exports", "{url: \"" + api.url() + "\"}", "{protocol: jsonl, bare: true}",
                                    "streams: [lines]\nvalidate: " + mode + "\n"));
    return integ({"run", "p.yaml"});
  };
  const Outcome failed = exports("fail");
  EXPECT_EQ(failed.exit_code, 1) << failed;
  EXPECT_THAT(failed.err,
              HasSubstr("record 3,500 breaks the stream's schema: /name: expected string or null, found object"));
  const std::size_t out = lines_of(failed.out).size();
  EXPECT_GT(out, 500U);
  EXPECT_LT(out, static_cast<std::size_t>(kBad));
  EXPECT_THAT(failed.out, Not(HasSubstr("bad")));
  EXPECT_EQ(state(), "");
  const Outcome warned = exports("{mode: warn, sample: all}");
  EXPECT_EQ(warned.exit_code, 0) << warned;
  EXPECT_EQ(lines_of(warned.out).size(), static_cast<std::size_t>(kRecords));
  EXPECT_THAT(warned.err, HasSubstr("1 of 4,000 checked records break"));
}

TEST_F(Validate, SelectedFieldsAreAllThatIsLookedAt) {
  two_pages();
  folder.write("p.yaml", pokemon(kFile, "streams: {pokemon: {fields: [name]}}\nvalidate: warn\n"));
  const Outcome run = integ({"run", "p.yaml"});
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("1 of 5 checked records"), Not(HasSubstr("/url"))));
}

TEST_F(Validate, AWordThatIsNoneIsRefusedWithItsPlace) {
  folder.write("p.yaml", pokemon(kFile, "validate: strict\n"));
  const Outcome run = integ({"run", "p.yaml"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("p.yaml:6:11: validate: expected off, warn or fail, found 'strict'"));
  EXPECT_EQ(api.count(), 0U);
}

TEST_F(Validate, InferProposesASchemaFromSomePages) {
  folder.write("p.yaml", pokemon());
  const std::vector<Document> documents = discovered({"--infer", "2"});
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(text_at(documents[0], "/stream"), "pokemon");
  EXPECT_EQ(text_at(documents[0], "/pages"), "2");
  EXPECT_EQ(text_at(documents[0], "/records"), "200");
  EXPECT_EQ(text_at(documents[0], "/schema/properties"), R"({"name":{"type":"string"},"url":{"type":"string"}})");
  EXPECT_EQ(text_at(documents[0], "/comparison"), R"({"undeclared":[],"differing":[],"missing":[],"unseen":[]})");
  EXPECT_EQ(api.count("/api/v2/pokemon"), 2U) << "stopped behind the second page";
  EXPECT_FALSE(folder.has("out.db"));
  EXPECT_FALSE(folder.has("state.db"));
}

TEST_F(Validate, InferTellsWhatTheDeclaredSchemaLacks) {
  page(1, R"({"name":"a","url":"u","height":1,"stats":[{"base":1}]},{"name":"b","height":1.5,"stats":[]})");
  page(2, R"({"name":5,"url":null,"born":"2024-02-29"})", true);
  folder.write("p.yaml", pokemon());
  const std::vector<Document> documents = discovered({"--infer", "50"});
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(text_at(documents[0], "/pages"), "2") << "all there are";
  EXPECT_EQ(
      text_at(documents[0], "/schema/properties"),
      R"({"name":{"type":["integer","string"]},"url":{"type":["string","null"]},"height":{"type":["number","null"]},)"
      R"("stats":{"type":["array","null"],"items":{"type":"object","properties":{"base":{"type":"integer"}}}},)"
      R"("born":{"type":["string","null"],"format":"date"}})");
  EXPECT_EQ(
      text_at(documents[0], "/comparison"),
      R"({"undeclared":[{"path":"/height","seen":["number"]},{"path":"/stats","seen":["array"]},)"
      R"({"path":"/born","seen":["string"]}],)"
      R"("differing":[{"path":"/name","declared":["string"],"seen":["integer","string"]}],"missing":[],"unseen":[]})");
}

TEST_F(Validate, InferOfSomeStreamsAndAsCpp) {
  api.set_page("/s01", R"({"items":[{"id":1,"label":"x","place":{"city":"c","since":"2024-01-01T00:00:00Z"}}]})");
  api.set_page("/s02", R"({"items":[]})");
  folder.write("p.yaml", pipeline("crowd", "{url: \"" + api.url() + "\", token: canary-7391}", kFile));
  const std::vector<Document> documents = discovered({"--infer", "1", "--stream", "s01", "--stream", "s02"});
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(text_at(documents[0], "/comparison/undeclared"), R"([{"path":"/place/since","seen":["string"]}])");
  EXPECT_EQ(text_at(documents[0], "/comparison/unseen"), R"(["/place/street"])");
  EXPECT_EQ(text_at(documents[1], "/records"), "0");

  const Outcome cpp = integ({"discover", "p.yaml", "--infer", "1", "--stream", "s01", "--format", "cpp"});
  EXPECT_EQ(cpp.exit_code, 0) << cpp;
  EXPECT_EQ(cpp.out,
            "// \"s01\", 1 page(s), 1 record(s).\n"
            "struct Place {\n  std::string city;\n  integ::DateTime since;\n};\nINTEG_FIELDS(Place, city, since)\n\n"
            "struct S01 {\n  std::int64_t id = 0;\n  std::string label;\n  Place place;\n};\n"
            "INTEG_FIELDS(S01, id, label, place)\n");

  EXPECT_EQ(integ({"discover", "p.yaml", "--infer", "1", "--stream", "s1"}).exit_code, 2);
  EXPECT_EQ(integ({"discover", "p.yaml", "--stream", "s01"}).exit_code, 2) << "it is an option of --infer";
  EXPECT_EQ(integ({"discover", "p.yaml", "--infer", "0"}).exit_code, 2);
}

TEST_F(Validate, TheShellKnowsTheOptionsOfInfer) {
  const Outcome completion = integ({"completion"});
  EXPECT_THAT(completion.out, ::testing::ContainsRegex("discover\\) words='[^']*--infer --stream --format"));
}

TEST_F(Validate, InferTellsOfAStreamThatFailsAndGoesOn) {
  api.set_page("/s02", R"({"items":[{"id":1}]})");
  folder.write("p.yaml", pipeline("crowd", "{url: \"" + api.url() + "\", token: canary-7391}", kFile,
                                  "http: {max_attempts: 1}\n"));
  const Outcome run = integ({"discover", "p.yaml", "--infer", "1", "--stream", "s01", "--stream", "s02"});
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.err, AllOf(HasSubstr("stream s01: "), HasSubstr("404")));
  EXPECT_THAT(run.out, AllOf(HasSubstr(R"("stream":"s02")"), Not(HasSubstr("s01"))));
}

TEST_F(Validate, InferOfAnEndlessExportEnds) {
  api.set_handler("/lines", [](const fixture_api::Request&) {
    fixture_api::Response response;
    response.pieces = [id = 0]() mutable {
      return "{\"id\":" + std::to_string(++id) + ",\"name\":\"" + std::string(1000, 'x') + "\"}\n";
    };
    return response;
  });
  folder.write("p.yaml", pipeline("exports", "{url: \"" + api.url() + "\"}", kFile, "streams: [lines]\n"));
  const std::vector<Document> documents = discovered({"--infer", "2"});
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(text_at(documents[0], "/pages"), "2");
  EXPECT_EQ(text_at(documents[0], "/schema/properties"), R"({"id":{"type":"integer"},"name":{"type":"string"}})");
}

}  // namespace
}  // namespace integration
