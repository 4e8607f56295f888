// The ways of paging that the SDK has, by the real program against a server that does what servers do. The names are
// those of the field cases that they come from.
#include "integration/pipelines/pipeline_test.hpp"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>

namespace {

using namespace integration;
using fixture_api::Request;
using fixture_api::Response;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

int number(const Request& request, std::string_view parameter, int otherwise) {
  const std::string_view text = request.parameter(parameter);
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// {"items":[ids from first to last]MORE}
Response items(int first, int last, const std::string& more = "") {
  Response response;
  response.body = "{\"items\":[";
  for (int id = first; id <= last; ++id) {
    response.body += (id > first ? ",{\"id\":" : "{\"id\":") + std::to_string(id) + "}";
  }
  response.body += "]" + more + "}";
  return response;
}

class Paging : public PipelineTest {
 protected:
  // Append: a row that came twice is seen.
  Outcome read(const std::string& stream, const std::string& more = "", const std::string& base = "") {
    folder.write("p.yaml",
                 pipeline("paged", "{url: \"" + (base.empty() ? api.url() : base) + "\"}",
                          "{protocol: sqlite, path: out.db, mode: append}", "streams: [" + stream + "]\n" + more));
    return integ({"run", "p.yaml"});
  }
  std::vector<std::string> ids(const std::string& stream) const {
    return database().column("select id from " + stream + " order by rowid");
  }
  static std::vector<std::string> up_to(int last, int first = 1) {
    std::vector<std::string> out;
    for (int id = first; id <= last; ++id) out.push_back(std::to_string(id));
    return out;
  }
  std::vector<std::string> targets() const {
    std::vector<std::string> out;
    for (const Request& request : api.requests()) out.push_back(request.target);
    return out;
  }
};

TEST_F(Paging, F010TheBaseUrlIsJoinedWithOneSlash) {
  for (const std::string base : {"", "/", "/api/v2", "/api/v2/"}) {
    const std::string path = (base.starts_with("/api") ? "/api/v2" : "") + std::string("/next_link");
    api.set_page(path, items(1, 1, ",\"next\":null"));
    api.forget_requests();
    const Outcome run = read("next_link", "", api.url(base));
    EXPECT_EQ(run.exit_code, 0) << run;
    EXPECT_THAT(targets(), ElementsAre(path + "?limit=3"));
  }
}

TEST_F(Paging, F008F011ALinkIsCompleteAndAnEmptyPageIsNoEnd) {
  api.set_page("/next_link", items(1, 3, ",\"next\":\"/p1?limit=1&limit=1\""));
  api.set_page("/p1", items(1, 0, ",\"next\":\"" + api.url("/p2") + "\""));
  api.set_page("/p2", items(4, 5, ",\"next\":null"));
  const Outcome run = read("next_link");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(ids("next_link"), up_to(5));
  EXPECT_THAT(targets(), ElementsAre("/next_link?limit=3", "/p1?limit=1&limit=1", "/p2"));
}

TEST_F(Paging, F012AShortPageIsNotTheLast) {
  api.set_handler("/page_number", [](const Request& request) {
    static constexpr int kEnds[] = {0, 3, 5, 8, 8};
    const auto page = static_cast<std::size_t>(number(request, "page", 1));
    return items(kEnds[page - 1] + 1, kEnds[page]);
  });
  const Outcome run = read("page_number");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(ids("page_number"), up_to(8));
  EXPECT_THAT(targets(), SizeIs(4));
}

TEST_F(Paging, F013TheOffsetAdvancesByTheRowsReceived) {
  api.set_handler("/offset", [](const Request& request) {
    const int at = number(request, "offset", 0);
    return items(at + 1, std::min(at + 2, 6));  // two a page, though three are asked for
  });
  const Outcome run = read("offset");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(ids("offset"), up_to(6));
  EXPECT_THAT(targets(), ElementsAre("/offset?limit=3&offset=0", "/offset?limit=3&offset=2", "/offset?limit=3&offset=4",
                                     "/offset?limit=3&offset=6"));
}

TEST_F(Paging, F014AnEndpointThatIgnoresThePageIsAnErrorOnce) {
  for (const std::string stream : {"page_number", "offset", "long"}) {
    api.set_handler("/" + stream, [](const Request& request) {
      // Says the page's number in its own words, so that the bodies differ and the records don't.
      return items(1, 3, ",\"you_asked\":\"" + request.target + "\"");
    });
    const Outcome run = read(stream);
    EXPECT_EQ(run.exit_code, 1) << run;
    EXPECT_THAT(run.err, HasSubstr("the records of the page before"));
    EXPECT_EQ(ids(stream), up_to(3));
  }
  EXPECT_THAT(api.requests("/page_number"), SizeIs(2));
  EXPECT_THAT(api.requests("/offset"), SizeIs(2));
}

TEST_F(Paging, F015AnExplicitEndWinsOverAToken) {
  api.set_page("/has_more", items(1, 3, ",\"has_more\":false,\"continuation\":\"x\""));
  const Outcome run = read("has_more");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(targets(), ElementsAre("/has_more?limit=3"));
}

TEST_F(Paging, MoreWithoutAWayToItIsAnError) {
  api.set_page("/has_more", items(1, 3, ",\"has_more\":true,\"continuation\":null"));
  const Outcome run = read("has_more");
  EXPECT_EQ(run.exit_code, 1) << run;
  EXPECT_THAT(run.err, HasSubstr("/has_more that there is more, but not where"));
}

TEST_F(Paging, F016TheFirstPageNumberIsSentThoughItIsZero) {
  api.set_handler("/page_from_zero", [](const Request& request) {
    if (request.parameter("page").empty()) return fixture_api::json_error(400, "which page?");
    return number(request, "page", -1) == 0 ? items(1, 3) : items(1, 0);
  });
  const Outcome run = read("page_from_zero");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(targets(), ElementsAre("/page_from_zero?limit=3&page=0", "/page_from_zero?limit=3&page=1"));
}

TEST_F(Paging, F017LinkHeadersAsTheyCome) {
  Response first = items(1, 3);
  first.headers = {{"Link", "<" + api.url("/p0?f=a,b") + ">; rel=\"prev\""},
                   {"Link", "<" + api.url("/p1?f=a,b,c") + ">; type=\"x\"; REL=\"first Next\""}};
  api.set_page("/link_header", first);
  api.set_page("/p1", items(4, 4));
  const Outcome run = read("link_header");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_THAT(targets(), ElementsAre("/link_header?limit=3", "/p1?f=a,b,c"));
}

TEST_F(Paging, F018TiesAtTheCursorAreNotLost) {
  api.set_handler("/changes", [](const Request& request) {
    const bool second = request.parameter("cursor") == "2";
    const std::string since(request.parameter("since"));
    Response response;
    response.body = second         ? R"({"items":[{"id":3,"at":"t"}]})"
                    : since <= "t" ? R"({"items":[{"id":1,"at":"t"},{"id":2,"at":"t"}],"cursor":"2"})"
                                   : R"({"items":[]})";
    return response;
  });
  api.fail("/changes", Fault::with_status(400).at(2));
  const Outcome cut = read("changes");
  EXPECT_EQ(cut.exit_code, 1) << cut;
  EXPECT_EQ(state(), "changes {\"since\":\"t\"}\n");
  const Outcome rest = read("changes");
  ASSERT_EQ(rest.exit_code, 0) << rest;
  EXPECT_THAT(ids("changes"), IsSupersetOf({"1", "2", "3"}));
}

TEST_F(Paging, F019ACursorReachesTheServerAsItCame) {
  const std::string cursor = "a+b/c==&x=1 \xC3\xA9%2B#";
  api.set_handler("/cursor", [cursor](const Request& request) {
    if (request.parameter("cursor").empty()) return items(1, 3, ",\"cursor\":\"" + cursor + "\"");
    return request.parameter("cursor") == cursor ? items(4, 4) : fixture_api::json_error(400, "no such cursor");
  });
  const Outcome run = read("cursor");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(ids("cursor"), up_to(4));
  EXPECT_THAT(targets()[1], HasSubstr("cursor=a%2Bb%2Fc%3D%3D%26x%3D1%20%C3%A9%252B%23"));
}

TEST_F(Paging, AMarkerIsTheLastRecordsKey) {
  api.set_handler("/marker", [](const Request& request) {
    const int after = number(request, "after", 0);
    return items(after + 1, std::min(after + 3, 7));
  });
  const Outcome run = read("marker");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(ids("marker"), up_to(7));
  EXPECT_EQ(targets().back(), "/marker?limit=3&after=7");
}

// Pages of three up to `pages`, an empty one, and records again behind it, which are nobody's.
fixture_api::FixtureApi::Handler numbered(int pages) {
  return [pages](const Request& request) {
    const int page = number(request, "page", 0);
    return page == pages + 1 ? items(1, 0) : items(page * 3 - 2, page * 3);
  };
}

TEST_F(Paging, PagesThatAreAskedForAheadKeepTheirOrder) {
  std::mutex mutex;
  std::condition_variable changed;
  int under_way = 0;
  bool together = false;
  api.set_handler("/long", [&](const Request& request) {
    if (number(request, "page", 0) > 1) {
      std::unique_lock lock(mutex);
      together = together || ++under_way == 3;  // the second page, and the two that are hinted at before it
      changed.notify_all();
      changed.wait_for(lock, patience, [&] { return together; });
      --under_way;
    }
    return numbered(30)(request);
  });
  const Outcome run = read("long", "concurrency: 8\n");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_TRUE(together) << "never were three under way at once";
  EXPECT_EQ(ids("long"), up_to(90)) << "once, in order, and none from behind the end";
  EXPECT_EQ(state(), "long {}\n");
  EXPECT_LE(api.count(), 31U + 8U);
  for (int page = 1; page <= 31; ++page) {
    const std::string target = "/long?limit=3&page=" + std::to_string(page);
    const std::vector<std::string> all = targets();
    EXPECT_EQ(std::count(all.begin(), all.end(), target), 1) << target;
  }
}

TEST_F(Paging, AnOffsetThatIsAskedForAheadEndsWhereTheListDoes) {
  api.set_handler("/far_offset", [](const Request& request) {
    const int at = number(request, "offset", 0);
    return items(at + 1, std::min(at + 3, 30));
  });
  const Outcome run = read("far_offset", "concurrency: 4\n");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(ids("far_offset"), up_to(30));
  EXPECT_LE(api.count(), 11U + 4U);
}

TEST_F(Paging, WhatFailsAheadIsAskedForAgain) {
  api.set_handler("/long", numbered(12));
  api.fail("/long?limit=3&page=3", Fault::with_status(500));
  api.fail("/long?limit=3&page=5", Fault::with_status(429).header("Retry-After", "1"));
  api.fail("/long?limit=3&page=7", Fault::cut_body(10));
  const Outcome run = read("long", "concurrency: 8\n");
  ASSERT_EQ(run.exit_code, 0) << run;
  EXPECT_EQ(ids("long"), up_to(36));
}

TEST_F(Paging, OneAtATimeAndALimitAskForNothingAhead) {
  api.set_handler("/long", numbered(5));
  const Outcome one = read("long", "concurrency: 1\n");
  ASSERT_EQ(one.exit_code, 0) << one;
  EXPECT_THAT(targets(), SizeIs(6));
  api.forget_requests();
  folder.write("config.json", "{\"url\": \"" + api.url() + "\"}");
  const Outcome limited = integ({"tap", "paged", "--config", "config.json", "--test"});  // a record of each stream
  EXPECT_THAT(limited.out, HasSubstr("\"stream\":\"long\"")) << limited;
  EXPECT_THAT(api.requests("/long"), SizeIs(1));
}

TEST_F(Paging, ARecordingHoldsWhatWasAskedForAndIsReplayed) {
  api.set_handler("/long", numbered(6));
  ASSERT_EQ(read("long", "concurrency: 8\n").exit_code, 0);
  const Outcome recorded = integ({"run", "p.yaml", "--full-refresh", "--record", "tape.jsonl"});
  ASSERT_EQ(recorded.exit_code, 0) << recorded;
  EXPECT_EQ(lines_of(folder.read("tape.jsonl")).size(), 7U) << "six pages and the end, and none of what lies behind it";
  api.stop();
  const Outcome replayed = integ({"run", "p.yaml", "--full-refresh", "--replay", "tape.jsonl"});
  ASSERT_EQ(replayed.exit_code, 0) << replayed;
  EXPECT_EQ(ids("long").size(), 3 * 18U);
}

TEST_F(Paging, ACutRunGoesOnAtItsPage) {
  api.set_handler("/long", [](const Request& request) {
    const int page = number(request, "page", 0);
    return page <= 5 ? items(page * 3 - 2, page * 3) : items(1, 0);
  });
  api.fail("/long?limit=3&page=4", Fault::with_status(400).for_ever());
  const Outcome cut = read("long");
  EXPECT_EQ(cut.exit_code, 1) << cut;
  EXPECT_EQ(state(), "long {\"page\":\"4\"}\n");
  api.clear_faults();
  api.forget_requests();
  const Outcome rest = read("long");
  ASSERT_EQ(rest.exit_code, 0) << rest;
  EXPECT_EQ(targets().front(), "/long?limit=3&page=4");
  EXPECT_EQ(ids("long"), up_to(15));
  EXPECT_EQ(state(), "long {}\n");
}

}  // namespace
