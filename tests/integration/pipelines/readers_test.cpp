// Answers that are not JSON, from a real server through a real connector into a file of JSON Lines.
#include "integration/pipelines/pipeline_test.hpp"
#include "support/packed.hpp"

namespace integration {
namespace {

using fixture_api::Response;
using support::gzip;
using support::zip;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Readers : public PipelineTest {
 protected:
  Outcome read(const std::string& parser, const std::string& records = "", const std::string& stream = "rows",
               const std::string& more = "") {
    folder.write(
        "p.yaml",
        pipeline("reports", "{url: \"" + api.url() + "\", parser: '" + parser + "', records: \"" + records + "\"}",
                 "{protocol: jsonl, path: out.jsonl, bare: true}", "streams: [" + stream + "]\n" + more));
    return integ({"run", "p.yaml"});
  }
  void answer(const std::string& body, const std::string& content_type) { api.set_page("/report", body, content_type); }
  std::vector<std::string> written() const { return lines_of(folder.read("out.jsonl")); }
};

struct Case {
  const char* parser;
  const char* records;
  std::string body;
  const char* content_type;
};

TEST_F(Readers, EachFormatGivesTheSameRecords) {
  const std::string csv = "id,name\r\n1,J\xC3\xBCrgen\r\n2,\"a \"\"b\"\", c\"\r\n";
  const std::string latin = "id;name\n1;J\xFCrgen\n2;\"a \"\"b\"\", c\"\n";
  const std::string lines = "{\"id\":\"1\",\"name\":\"J\xC3\xBCrgen\"}\n{\"id\":\"2\",\"name\":\"a \\\"b\\\", c\"}\n";
  const std::string xml =
      "<?xml version='1.0' encoding='iso-8859-1'?><feed><entry><id>1</id><name>J\xFCrgen</name></entry>\n"
      "<entry><id>2</id><name><![CDATA[a \"b\", c]]></name></entry></feed>";
  const Case cases[] = {
      {"csv", "", csv, "text/csv"},
      {"csv?delimiter=;", "", latin, "text/csv; charset=iso-8859-1"},
      {"csv?delimiter=;&charset=latin1", "", latin, "text/csv; charset=utf-8"},
      {"tsv", "", "id\tname\n1\tJ\xC3\xBCrgen\n2\t\"a \"\"b\"\", c\"\n", "text/tab-separated-values"},
      {"gzip,csv", "", gzip(csv), "application/gzip"},
      {"zip,csv", "", zip({{"report.csv", csv}}), "application/zip"},
      {"zip?entry=*.csv,csv", "", zip({{"about.txt", "x", 0}, {"report.csv", csv, 0}}), "application/zip"},
      {"zip,gzip,jsonl", "", zip({{"report.jsonl.gz", gzip(lines)}}), "application/zip"},
      {"jsonl", "", lines, "application/x-ndjson"},
      {"xml", "/feed/entry", xml, "text/xml; charset=utf-8"},
      {"xml?prefix=feed", "/entry", xml, "text/xml"},
      {"gzip,xml", "/feed/entry", gzip(xml), "application/octet-stream"},
      {"gzip", "/rows",
       gzip("{\"rows\":[" + lines.substr(0, lines.find('\n')) + "," + lines.substr(lines.find('\n') + 1) + "]}"),
       "application/json"},
      {"", "", gzip("[" + lines.substr(0, lines.find('\n')) + "," + lines.substr(lines.find('\n') + 1) + "]"),
       "application/octet-stream"},
  };
  for (const Case& one : cases) {
    for (const char* stream : {"rows", "fetched"}) {
      SCOPED_TRACE(std::string(one.parser) + " " + stream);
      answer(one.body, one.content_type);
      const Outcome run = read(one.parser, one.records, stream);
      ASSERT_EQ(run.exit_code, 0) << run;
      auto lines_out = written();
      if (std::string(stream) == "fetched" && *one.parser != '\0') lines_out.erase(lines_out.begin());
      EXPECT_THAT(lines_out, ElementsAre("{\"id\":\"1\",\"name\":\"J\xC3\xBCrgen\"}",
                                         "{\"id\":\"2\",\"name\":\"a \\\"b\\\", c\"}"));
    }
  }
}

TEST_F(Readers, OneElementIsARecordWhereTheArrayIsDeclared) {
  answer("<feed><entry><id>1</id></entry></feed>", "text/xml");
  const Outcome one = read("xml?array=feed.entry", "/feed/entry");
  ASSERT_EQ(one.exit_code, 0) << one;
  EXPECT_THAT(written(), ElementsAre(R"({"id":"1"})"));
  answer("<feed/>", "text/xml");
  const Outcome none = read("xml?array=feed.entry", "/feed/entry");
  ASSERT_EQ(none.exit_code, 0) << none;
  EXPECT_THAT(written(), IsEmpty());
  answer("<feed><entry><id>1</id></entry></feed>", "text/xml");
  const Outcome undeclared = read("xml", "/feed/entry");
  EXPECT_EQ(undeclared.exit_code, 1);
  EXPECT_THAT(undeclared.err, AllOf(HasSubstr("the value at '/feed/entry' is no array"),
                                    HasSubstr("the parser says so: xml?array=feed.entry")));
}

// The connector asked for rows, so rows are what it sees, also as text.
TEST_F(Readers, TheBodyOfAFetchedAnswerIsItsJson) {
  answer("id\n1\n", "text/csv");
  const Outcome run = read("csv", "", "fetched");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(written(), ElementsAre(R"({"id":"[{\"id\":\"1\"}]"})", R"({"id":"1"})"));
}

TEST_F(Readers, ABrokenBodyIsToldWithItsPlaceAndNothingIsWritten) {
  answer("id,name\n1,a\n2,s3cret-row,too,long\n", "text/csv");
  const Outcome run = read("csv");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("csv: line 3 (byte 12) has 4 values, the header has 2"),
                             HasSubstr("2,s3cret-row"), HasSubstr("tried twice"), HasSubstr("/report")));
  EXPECT_THAT(api.requests("/report"), SizeIs(2));
  EXPECT_THAT(folder.has("out.jsonl") ? written() : std::vector<std::string>(), IsEmpty());
}

TEST_F(Readers, ACutBodyIsAskedForAgain) {
  const std::string whole = gzip("id\n1\n2\n");
  answer(whole, "application/gzip");
  api.fail("/report", Fault::with_body(whole.substr(0, whole.size() - 5), "application/gzip"));
  const Outcome run = read("gzip,csv");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(written(), ElementsAre(R"({"id":"1"})", R"({"id":"2"})"));
  EXPECT_THAT(api.requests("/report"), SizeIs(2));
}

TEST_F(Readers, APageOfHtmlIsNoEmptyReport) {
  answer("id\n1\n", "text/csv");
  api.fail("/report", Fault::html());
  const Outcome run = read("csv");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(written(), ElementsAre(R"({"id":"1"})"));
  answer(R"({"error":"no such report"})", "application/json");
  const Outcome json = read("csv");
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_THAT(json.err, AllOf(HasSubstr("expected rows, but the answer is JSON"), HasSubstr("no such report")));
}

TEST_F(Readers, AParserThatThereIsNotNamesThoseThereAre) {
  const Outcome run = read("gzip,cvs");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("there is no parser 'cvs', did you mean 'csv'?"),
                             HasSubstr("gzip, zip, json, jsonl, ndjson, xml, csv and tsv")));
  const Outcome option = read("csv?delimeter=;");
  EXPECT_THAT(option.err, HasSubstr("did you mean 'delimiter'?"));
  EXPECT_EQ(api.count(), 0U);
}

TEST_F(Readers, ALayerIsBoundByMaxBodyToo) {
  answer(gzip("id\n" + std::string(100'000, '1') + "\n"), "application/gzip");
  const Outcome run = read("gzip,csv", "", "rows", "http: {max_body: 50000}\n");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("max_body (50000 bytes)"));
  EXPECT_THAT(api.requests("/report"), SizeIs(1));
}

// Reports are stored packed and labelled so; the transfer then unpacks what the parser was told to expect.
TEST_F(Readers, AFileThatTheTransferUnpackedIsReadAsItIs) {
  Response response;
  response.body = gzip("id\n1\n");
  response.content_type = "text/csv";
  response.headers = {{"Content-Encoding", "gzip"}};
  api.set_page("/report", response);
  const Outcome run = read("gzip,csv");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(written(), ElementsAre(R"({"id":"1"})"));
}

// Rules look into answers by pointer, also where those are XML.
TEST_F(Readers, RulesLookIntoXml) {
  Response busy;
  busy.status = 400;
  busy.body = "<Error><Code>SlowDown</Code></Error>";
  busy.content_type = "text/xml";
  api.set_page("/report", "<r><i><id>1</id></i></r>", "text/xml");
  api.fail("/report", Fault::with_status(400).body(busy.body, busy.content_type));
  const Outcome run = read("xml?array=r.i", "/r/i", "rows",
                           "http: {rules: [{status: 400, pointer: /Error/Code, equals: SlowDown, then: retry}]}\n");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(written(), ElementsAre(R"({"id":"1"})"));
}

TEST_F(Readers, CharactersThatWereReplacedAreWarnedOf) {
  answer("id\n\xFF\n", "text/csv");
  const Outcome run = read("csv");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(written(), ElementsAre("{\"id\":\"\xEF\xBF\xBD\"}"));
  EXPECT_THAT(run.err, HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace integration
