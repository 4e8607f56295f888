// The pagers on the host in memory: which requests they make of which answers, and where they end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <integ/testing.hpp>

#include <functional>
#include <string>
#include <vector>

namespace {

using integ::testing::Host;
using integ::testing::Result;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct Config {
  std::string url = "http://h";
};
INTEG_FIELDS(Config, url)

struct State {
  std::optional<std::string> next;
  std::int64_t latest = 0;
};
INTEG_FIELDS(State, next, latest)

using Body = std::function<void(integ::HttpContext&)>;

Result run(Host& host, Body body) {
  host.config(R"({"url":"http://h"})");
  auto source =
      integ::Source::with_config<Config>("x", "1.0.0")
          .stream(integ::incremental<>("rows").schema(R"({"type":"object","properties":{}})"), std::move(body));
  return host.run(source.descriptor(), "rows");
}

// {"rows":[{"id":1},...],MORE}
std::string rows(int first, int last, const std::string& more = "") {
  std::string out = "{\"rows\":[";
  for (int id = first; id <= last; ++id) out += (id > first ? ",{\"id\":" : "{\"id\":") + std::to_string(id) + "}";
  return out + "]" + (more.empty() ? "" : "," + more) + "}";
}

integ::Request list() { return integ::Request("http://h/list").query("limit", 3); }

template <class Pager>
Result paged(Host& host, Pager pager) {
  return run(host, [&](integ::HttpContext& ctx) { integ::pages(ctx, list(), pager, "/rows"); });
}

TEST(NextLink, IsFollowedAsItIsUntilThereIsNone) {
  Host host;
  host.page("http://h/list?limit=3", rows(1, 3, R"("links":{"next":"/p1?limit=1&limit=1"})"))
      .page("http://h/p1?limit=1&limit=1", rows(1, 0, R"("links":{"next":"p2"})"))  // F008, F011
      .page("http://h/p2", rows(4, 4, R"("links":{"next":null})"));
  const Result result = paged(host, integ::next_link("/links/next"));
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), SizeIs(4));
  EXPECT_THAT(result.urls(), ElementsAre("http://h/list?limit=3", "http://h/p1?limit=1&limit=1", "http://h/p2"));
}

TEST(NextLink, ToAnotherOriginLosesWhatIsSecret) {
  Host host;
  host.page("http://h/list", rows(1, 1, R"("next":"http://h/p1")"))
      .page("http://h/p1", rows(2, 2, R"("next":"http://other.h/p2")"))
      .page("http://other.h/p2", rows(3, 3));
  auto source = integ::Source::with_config<Config>("x", "1.0.0")
                    .allowed_hosts("h", "other.h")
                    .stream(integ::incremental<>("rows"), [](integ::HttpContext& ctx) {
                      auto request = integ::Request("http://h/list").bearer("t").header("Accept", "a/b");
                      request.secret_header("X-Api-Key", "k").header("Cookie", "c");
                      integ::pages(ctx, request, integ::next_link("/next"), "/rows");
                    });
  const Result result = host.run(source.descriptor(), "rows");
  ASSERT_THAT(result.sent, SizeIs(3)) << result.error;
  EXPECT_EQ(result.sent[1].header("Authorization"), "Bearer t");
  EXPECT_THAT(result.sent[2].headers, ElementsAre(std::pair<std::string, std::string>("Accept", "a/b")));
}

// F017
TEST(LinkHeader, IsReadAsItsRfcSays) {
  using integ::link_target;
  EXPECT_EQ(link_target(R"(<a,b;c>; rel="prev", <d,e>; rel="next")", "next"), "d,e");
  EXPECT_EQ(link_target(R"(<a>;type="x";REL="first Next")", "next"), "a");
  EXPECT_EQ(link_target(R"(<a>; rel=next)", "NEXT"), "a");
  EXPECT_EQ(link_target(R"(<a>; rel='prev', <b>; rel='next'; title='x, y')", "next"), "b");
  EXPECT_EQ(link_target(R"(<a> ; title="q\",<b>; rel=\"next\"" ; rel = "last",<c>;rel="next")", "next"), "c");
  EXPECT_EQ(link_target(R"(, ,<a>; rel="x"; rel="next")", "next"), "") << "only the first rel of a link counts";
  EXPECT_EQ(link_target(R"(<a>; rel="next"; anchor="/other", <b>; rel="next")", "next"), "b");
  EXPECT_EQ(link_target(R"(<a>; rel="nextish", <b>; rel="prenext")", "next"), "");
  for (const char* broken : {"", "<", "<a", "<a>", "<a>;", "<a>; rel", "<a>; rel=", "<a>; rel=\"next", ">;rel=next"}) {
    const std::string target = link_target(broken, "next");
    EXPECT_EQ(target, std::string(broken).ends_with("\"next") ? "a" : "") << broken;
  }
}

TEST(LinkHeader, OfSeveralFields) {
  Host host;
  host.answer("http://h/list?limit=3", {200,
                                        rows(1, 1),
                                        {{"Link", R"(<http://h/p0?f=a,b>; rel="prev")"},
                                         {"link", R"(</p1?f=a,b,c>; type="x"; REL="first Next")"}}})
      .page("http://h/p1?f=a,b,c", rows(2, 2));
  const Result result = paged(host, integ::link_header());
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.urls(), ElementsAre("http://h/list?limit=3", "http://h/p1?f=a,b,c"));
}

// F012: a short page is not the last. F016: the first number is sent, 0 too.
TEST(PageNumber, EndsAtAnEmptyPage) {
  Host host;
  host.page("http://h/list?limit=3&page=0", rows(1, 3))
      .page("http://h/list?limit=3&page=1", rows(4, 5))
      .page("http://h/list?limit=3&page=2", rows(6, 8))
      .page("http://h/list?limit=3&page=3", rows(1, 0));
  const Result result = paged(host, integ::page_number("page").first(0));
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), SizeIs(8));
  EXPECT_THAT(result.sent, SizeIs(4));
}

TEST(PageNumber, EndsAtAStatedTotal) {
  for (const auto& [pager, more] : {std::pair(integ::page_number("page").total("/n"), R"("n":"5")"),
                                    std::pair(integ::page_number("page").total_pages("/n"), R"("n":2)")}) {
    Host host;
    host.page("http://h/list?limit=3&page=1", rows(1, 3, more)).page("http://h/list?limit=3&page=2", rows(4, 5, more));
    const Result result = paged(host, pager);
    EXPECT_TRUE(result.ok()) << result.error;
    EXPECT_THAT(result.sent, SizeIs(2)) << more;
  }
}

TEST(PageNumber, AStatedNumberOfPagesOutlivesAnEmptyOne) {
  Host host;
  host.page("http://h/list?limit=3&page=1", rows(1, 3, R"("n":3)"))
      .page("http://h/list?limit=3&page=2", rows(1, 0, R"("n":3)"))
      .page("http://h/list?limit=3&page=3", rows(4, 5, R"("n":3)"));
  EXPECT_THAT(paged(host, integ::page_number("page").total_pages("/n")).records(), SizeIs(5));
}

TEST(PageNumber, ATotalOfNothingIsNone) {
  for (const char* more : {R"("n":0)", R"("n":null)", R"("n":"many")", R"("n":-1)"}) {
    Host host;
    host.page("http://h/list?limit=3&page=1", rows(1, 3, more))
        .page("http://h/list?limit=3&page=2", rows(4, 4, more))
        .page("http://h/list?limit=3&page=3", rows(1, 0, more));
    EXPECT_THAT(paged(host, integ::page_number("page").total("/n")).records(), SizeIs(4)) << more;
  }
}

// F014
TEST(PageNumber, ASecondPageLikeTheFirstIsAnErrorOnce) {
  Host host;
  for (int page = 1; page < 9; ++page) host.page("http://h/list?limit=3&page=" + std::to_string(page), rows(1, 3));
  const Result result = paged(host, integ::page_number("page"));
  EXPECT_EQ(result.status, INTEG_E_MALFORMED);
  EXPECT_THAT(result.records(), SizeIs(3));
  EXPECT_THAT(result.sent, SizeIs(2));
  Host patient;
  for (int page = 1; page < 9; ++page) {
    patient.page("http://h/list?limit=3&page=" + std::to_string(page), page < 3 ? rows(1, 3) : rows(1, 0));
  }
  EXPECT_THAT(paged(patient, integ::page_number("page").may_repeat()).records(), SizeIs(6));
}

// F013: the server caps the page.
TEST(Offset, AdvancesByTheRowsReceived) {
  Host host;
  host.page("http://h/list?limit=3&offset=0", rows(0, 1))
      .page("http://h/list?limit=3&offset=2", rows(2, 3))
      .page("http://h/list?limit=3&offset=4", rows(4, 4))
      .page("http://h/list?limit=3&offset=5", rows(1, 0));
  EXPECT_THAT(paged(host, integ::offset("offset")).records(), SizeIs(5));
}

TEST(Offset, EndsAtAStatedTotal) {
  Host host;
  host.page("http://h/list?limit=3&skip=10", rows(0, 2, R"("meta":{"total":15})"))
      .page("http://h/list?limit=3&skip=13", rows(3, 4, R"("meta":{"total":15})"));
  const Result result = paged(host, integ::offset("skip").first(10).total("/meta/total"));
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), SizeIs(5));
}

// Rows that are deleted while the pages are read let those behind them move up.
TEST(Offset, GoesBackByTheRowsThatATotalLost) {
  Host host;
  host.page("http://h/list?limit=3&offset=0", rows(1, 3, R"("n":9)"))
      .page("http://h/list?limit=3&offset=3", rows(5, 7, R"("n":8)"))  // 2 is gone, and 4 is where it was
      .page("http://h/list?limit=3&offset=2", rows(4, 6, R"("n":8)"))
      .page("http://h/list?limit=3&offset=5", rows(7, 9, R"("n":8)"));
  const Result result = paged(host, integ::offset("offset").total("/n").prefetch());
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), ::testing::IsSupersetOf({R"({"id":4})", R"({"id":8})", R"({"id":9})"}));
  EXPECT_THAT(result.records(), SizeIs(12)) << "twice rather than never";
}

TEST(Offset, GoesBackAlsoFromBehindTheEndAndOnceForATotalThatFlickers) {
  Host host;
  host.page("http://h/list?limit=3&offset=0", rows(1, 3, R"("n":5)"))
      .page("http://h/list?limit=3&offset=3", rows(1, 0, R"("n":3)"))  // 1 and 2 are gone
      .page("http://h/list?limit=3&offset=1", rows(4, 5, R"("n":3)"));
  const Result behind = paged(host, integ::offset("offset").total("/n"));
  EXPECT_TRUE(behind.ok()) << behind.error;
  EXPECT_THAT(behind.records(), SizeIs(5));

  Host flickering;
  flickering.page("http://h/list?limit=3&offset=0", rows(1, 3, R"("n":9)"))
      .page("http://h/list?limit=3&offset=3", rows(4, 6, R"("n":8)"))
      .page("http://h/list?limit=3&offset=2", rows(3, 5, R"("n":9)"))
      .page("http://h/list?limit=3&offset=5", rows(6, 8, R"("n":8)"))
      .page("http://h/list?limit=3&offset=8", rows(9, 9, R"("n":9)"));
  const Result once = paged(flickering, integ::offset("offset").total("/n"));
  EXPECT_TRUE(once.ok()) << once.error;
}

// F019
TEST(Cursor, IsPercentEncoded) {
  Host host;
  host.page("http://h/list?limit=3", rows(1, 3, R"("cursor":"a+b/c==&x=1")"))
      .page("http://h/list?limit=3&cursor=a%2Bb%2Fc%3D%3D%26x%3D1", rows(1, 0, R"("cursor":7)"))
      .page("http://h/list?limit=3&cursor=7", rows(4, 4, R"("cursor":"")"));
  const Result result = paged(host, integ::cursor("cursor", "/cursor"));
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), SizeIs(4));
}

TEST(Cursor, EndsWhereItIsNoneOrTheSameAgainWithoutRows) {
  for (const char* none : {"null", "false", "\"\"", "\"x\""}) {
    Host host;
    host.page("http://h/list?limit=3", rows(1, 3, R"("t":"x")"))
        .page("http://h/list?limit=3&c=x", rows(1, 0, "\"t\":" + std::string(none)));
    const Result result = paged(host, integ::cursor("c", "/t"));
    EXPECT_TRUE(result.ok()) << result.error;
    EXPECT_THAT(result.sent, SizeIs(2)) << none;
  }
}

TEST(Marker, IsTheLastRecordsField) {
  Host host;
  host.page("http://h/list?limit=3", rows(1, 3))
      .page("http://h/list?limit=3&after=3", rows(4, 4))
      .page("http://h/list?limit=3&after=4", rows(1, 0));
  const Result result = paged(host, integ::marker("after", "/id"));
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.records(), SizeIs(4));
}

TEST(Marker, AndAnotherObservationDoNotDisturbEachOther) {
  Host host;
  host.page("http://h/list?limit=3", rows(1, 3)).page("http://h/list?limit=3&after=3", rows(1, 0));
  std::int64_t latest = 0;
  run(host, [&](integ::HttpContext& ctx) {
    integ::pages(ctx, list(), integ::marker("after", "/id"), "/rows", integ::max("/id", latest));
  });
  EXPECT_EQ(latest, 3);
}

// F015
TEST(HasMore, FalseWinsOverAToken) {
  for (const char* no : {"false", "0", "\"false\""}) {
    Host host;
    host.page("http://h/list?limit=3", rows(1, 3, "\"has_more\":" + std::string(no) + R"(,"continuation":"x")"));
    const Result result = paged(host, integ::cursor("c", "/continuation").has_more("/has_more"));
    EXPECT_TRUE(result.ok()) << result.error;
    EXPECT_THAT(result.sent, SizeIs(1)) << no;
  }
}

TEST(HasMore, TrueGoesOnPastAnEmptyPage) {
  Host host;
  host.page("http://h/list?limit=3&page=1", rows(1, 0, R"("m":true)"))
      .page("http://h/list?limit=3&page=2", rows(1, 1, R"("m":false)"));
  EXPECT_THAT(paged(host, integ::page_number("page").has_more("/m")).records(), SizeIs(1));
}

TEST(HasMore, TrueForEverWithoutRecordsIsAnError) {
  Host host;
  for (int page = 1; page <= 200; ++page) {
    host.page("http://h/list?limit=3&page=" + std::to_string(page), rows(1, 0, R"("m":true)"));
  }
  const Result result = paged(host, integ::page_number("page").has_more("/m"));
  EXPECT_EQ(result.status, INTEG_E_MALFORMED);
  EXPECT_THAT(result.error, HasSubstr("hundred pages in a row"));
}

TEST(HasMore, TrueWithoutAWayOnIsAnError) {
  const auto expect_error = [](auto pager) {
    Host host;
    for (const char* query : {"", "&offset=0"}) {
      host.page("http://h/list?limit=3" + std::string(query), rows(1, 0, R"("m":true)"));
    }
    const Result result = paged(host, pager.has_more("/m"));
    EXPECT_EQ(result.status, INTEG_E_MALFORMED);
    EXPECT_THAT(result.error, HasSubstr("/m"));
  };
  expect_error(integ::cursor("c", "/token"));
  expect_error(integ::marker("c", "/id"));
  expect_error(integ::next_link("/next"));
  expect_error(integ::offset("offset"));
}

TEST(NextLink, RoundInACircleIsAnErrorThoughTheRecordsDiffer) {
  const auto circle = [](auto pager) {
    Host host;
    host.page("http://h/list?limit=3", rows(1, 1, R"("next":"/p1?key=k")"));
    host.page("http://h/p1?key=k", rows(2, 2, R"("next":"/p2")"))
        .page("http://h/p2", rows(3, 3, R"("next":"/p1?key=k")"));
    return paged(host, pager);
  };
  const Result result = circle(integ::next_link("/next"));
  EXPECT_EQ(result.status, INTEG_E_MALFORMED);
  EXPECT_THAT(result.records(), SizeIs(3));
  EXPECT_THAT(result.error, AllOf(HasSubstr("circle"), HasSubstr("http://h/p1"), Not(HasSubstr("key"))));
}

TEST(NextLink, WhatIsNoLink) {
  const auto ends = [](const std::string& next) {
    Host host;
    host.page("http://h/list?limit=3", rows(1, 1, "\"next\":" + next));
    return paged(host, integ::next_link("/next"));
  };
  for (const char* none : {"null", "false", "\"\"", "\" \""}) {
    const Result result = ends(none);
    EXPECT_EQ(result.status, INTEG_OK) << none;
    EXPECT_THAT(result.records(), SizeIs(1)) << none;
  }
  for (const char* odd : {"true", "5", "{}", "[]"}) {
    const Result result = ends(odd);
    EXPECT_EQ(result.status, INTEG_E_MALFORMED) << odd;
    EXPECT_THAT(result.error, HasSubstr("'/next'")) << odd;
  }
}

TEST(HasMore, AbsentLeavesItToTheToken) {
  Host host;
  host.page("http://h/list?limit=3", rows(1, 3, R"("t":"x")")).page("http://h/list?limit=3&c=x", rows(4, 4));
  EXPECT_THAT(paged(host, integ::cursor("c", "/t").has_more("/m")).records(), SizeIs(4));
}

TEST(EachPage, ComesAfterItsRecordsAndAfterTheLastPageToo) {
  Host host;
  host.page("http://h/list?limit=3", rows(1, 2, R"("t":"x")")).page("http://h/list?limit=3&c=x", rows(3, 3));
  State state;
  const Result result = run(host, [&](integ::HttpContext& ctx) {
    integ::pages(ctx, list(), integ::cursor("c", "/t"), "/rows", integ::max("/id", state.latest),
                 integ::each_page([&] { ctx.emit_state(state); }));
  });
  EXPECT_THAT(result.states(), ElementsAre(R"({"latest":2})", R"({"latest":3})"));
  EXPECT_EQ(result.outputs.back().kind, "state");
}

Result with_checkpoint(Host& host, std::function<void(integ::HttpContext&, State&)> how) {
  return run(host, [how = std::move(how)](integ::HttpContext& ctx) {
    auto state = ctx.state<State>();
    how(ctx, state);
    ctx.emit_state(state);
  });
}

template <class Pager>
std::function<void(integ::HttpContext&, State&)> resumable(Pager pager) {
  return [pager](integ::HttpContext& ctx, State& state) {
    integ::pages(ctx, list(), pager, "/rows", integ::max("/id", state.latest), integ::checkpoint(state, state.next));
  };
}

TEST(Checkpoint, NamesTheNextPageAndIsEmptyAtTheEnd) {
  Host host;
  host.page("http://h/list?limit=3", rows(1, 3, R"("next":"http://h/p1?x=1")")).page("http://h/p1?x=1", rows(4, 4));
  const Result result = with_checkpoint(host, resumable(integ::next_link("/next")));
  EXPECT_THAT(result.states(), ElementsAre(R"({"next":"/p1?x=1","latest":3})", R"({"latest":4})"));
}

TEST(Checkpoint, IsWhereARunGoesOn) {
  const auto first_url = [](const auto& pager, const std::string& next) {
    Host host;
    host.state(R"({"next":")" + next + R"(","latest":3})");
    return with_checkpoint(host, resumable(pager)).urls().at(0);
  };
  EXPECT_EQ(first_url(integ::next_link("/next"), "/p1?x=1"), "http://h/p1?x=1");
  EXPECT_EQ(first_url(integ::page_number("page"), "4"), "http://h/list?limit=3&page=4");
  EXPECT_EQ(first_url(integ::offset("offset"), "40"), "http://h/list?limit=3&offset=40");
  EXPECT_EQ(first_url(integ::cursor("c", "/t"), "a+b"), "http://h/list?limit=3&c=a%2Bb");
  EXPECT_EQ(first_url(integ::marker("after", "/id"), "9"), "http://h/list?limit=3&after=9");
  Host host;
  host.state(R"({"next":"garbage"})");
  EXPECT_EQ(with_checkpoint(host, resumable(integ::page_number("page"))).status, INTEG_E_CONFIG);
}

// The token of an earlier run has died meanwhile.
TEST(Checkpoint, APositionThatTheServerForgotBeginsTheListAnew) {
  const auto read = [](Host& host, int status) {
    return with_checkpoint(host, [status](integ::HttpContext& ctx, State& state) {
      integ::pages(ctx, list(), integ::next_link("/next"), "/rows",
                   integ::checkpoint(state, state.next).forgotten(status));
    });
  };
  const auto served = [](const std::string& state, int first_answer) {
    Host host;
    host.state(state).answer("http://h/p1", {first_answer, "{}", {}}).page("http://h/p1", rows(4, 4));
    host.page("http://h/list?limit=3", rows(1, 3, R"("next":"/p1")"));
    return host;
  };
  Host forgotten = served(R"({"next":"/p1","latest":3})", 400);
  const Result result = read(forgotten, 400);
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.urls(), ElementsAre("http://h/p1", "http://h/list?limit=3", "http://h/p1"));
  EXPECT_THAT(result.records(), SizeIs(4));
  EXPECT_THAT(result.states(), ElementsAre(R"({"next":"/p1","latest":3})", R"({"latest":3})"));

  Host other_status = served(R"({"next":"/p1"})", 404);
  EXPECT_EQ(read(other_status, 400).status, INTEG_E_NOT_FOUND);
  Host not_said = served(R"({"next":"/p1"})", 400);
  EXPECT_EQ(read(not_said, 0).status, INTEG_E_HTTP);
  // Only the position can be to blame, and only once.
  Host without = served("null", 400);
  EXPECT_EQ(read(without, 400).status, INTEG_E_HTTP);
  EXPECT_THAT(read(without, 400).urls(), ElementsAre("http://h/list?limit=3", "http://h/p1"));
}

// A cut at any call, and the run after it: nothing is lost.
TEST(Checkpoint, AfterAnyFailureNothingIsLost) {
  const auto pages = [](Host& host) {
    for (int page = 1; page <= 4; ++page) {
      host.page("http://h/list?limit=3&page=" + std::to_string(page), rows(page * 2 - 1, page * 2));
    }
    host.page("http://h/list?limit=3&page=5", rows(1, 0));
  };
  for (int call = 1;; ++call) {
    Host first;
    pages(first);
    first.fail_call(call, INTEG_E_NETWORK);
    const Result cut = with_checkpoint(first, resumable(integ::page_number("page")));
    if (cut.ok()) {
      EXPECT_GT(call, 4);
      break;
    }
    Host second;
    pages(second);
    if (!cut.state().empty()) second.state(cut.state());
    const Result rest = with_checkpoint(second, resumable(integ::page_number("page")));
    EXPECT_TRUE(rest.ok()) << rest.error;
    std::vector<std::string> all = cut.records();
    for (const std::string& record : rest.records()) {
      if (std::ranges::find(all, record) == all.end()) all.push_back(record);
    }
    EXPECT_THAT(all, SizeIs(8)) << "cut at call " << call;
  }
}

TEST(Prefetch, AsksAheadForWhatWillBeAskedAndFewAtFirst) {
  Host host;
  for (int page = 1; page <= 6; ++page) {
    host.page("http://h/list?limit=3&page=" + std::to_string(page), rows(page, page));
  }
  host.page("http://h/list?limit=3&page=7", rows(1, 0));
  const Result result = paged(host, integ::page_number("page").prefetch(3));
  EXPECT_THAT(result.records(), SizeIs(6));
  ASSERT_THAT(result.prefetched, SizeIs(::testing::Ge(5U)));
  EXPECT_EQ(result.prefetched[0], "http://h/list?limit=3&page=3");
  EXPECT_EQ(result.prefetched[1], "http://h/list?limit=3&page=4");
  EXPECT_EQ(result.prefetched[2], "http://h/list?limit=3&page=4") << "after the second page, three";
  EXPECT_EQ(result.prefetched[4], "http://h/list?limit=3&page=6");
}

TEST(Prefetch, KnowsAStatedEnd) {
  Host host;
  for (int at = 0; at < 12; at += 3) {
    host.page("http://h/list?limit=3&offset=" + std::to_string(at), rows(at, at + 2, R"("n":12)"));
  }
  const Result result = paged(host, integ::offset("offset").total("/n").prefetch());
  EXPECT_THAT(result.records(), SizeIs(12));
  EXPECT_EQ(result.total, "12") << "whoever watches the run knows it, too";
  for (const std::string& url : result.prefetched) EXPECT_LT(url.find("offset="), url.find("12"));
}

TEST(Prefetch, IsNotForWhatIsBuiltForEachAttempt) {
  Host host;
  for (int page = 1; page <= 3; ++page) {
    host.page("http://h/list?limit=3&page=" + std::to_string(page), page < 3 ? rows(page, page) : rows(1, 0));
  }
  const Result result = run(host, [](integ::HttpContext& ctx) {
    integ::pages(ctx, list().header("X-Nonce", [] { return std::string("n"); }), integ::page_number("page").prefetch(),
                 "/rows");
  });
  EXPECT_TRUE(result.ok()) << result.error;
  EXPECT_THAT(result.prefetched, IsEmpty());
}

TEST(Pages, AStopAndACancellationEndThem) {
  Host host;
  for (int page = 1; page < 9; ++page) {
    host.page("http://h/list?limit=3&page=" + std::to_string(page), rows(page, page));
  }
  Host stopped = host;
  EXPECT_EQ(paged(stopped.stop_after(2), integ::page_number("page")).status, INTEG_STOP);
  EXPECT_EQ(paged(host.cancel_after(3), integ::page_number("page")).status, INTEG_CANCELLED);
}

}  // namespace
