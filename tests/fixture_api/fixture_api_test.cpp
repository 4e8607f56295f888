// The fixture API seen by a client that is not ours: libcurl.
#include "fixture_api/server.hpp"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>

namespace {

using namespace std::chrono_literals;
using fixture_api::Fault;
using fixture_api::FixtureApi;
using fixture_api::Request;
using fixture_api::Response;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

struct Answer {
  CURLcode result = CURLE_OK;
  long status = 0;
  std::string body;
  std::string headers;
};

std::size_t append(char* data, std::size_t size, std::size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

// One easy handle: one connection that is kept alive.
class Client {
 public:
  ~Client() { curl_easy_cleanup(curl_); }
  Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Answer get(const std::string& url, const std::vector<std::string>& headers = {}, const char* body = nullptr) {
    Answer answer;
    curl_easy_reset(curl_);
    curl_slist* list = nullptr;
    for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &answer.headers);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, timeout_ms);
    if (body != nullptr) curl_easy_setopt(curl_, CURLOPT_COPYPOSTFIELDS, body);
    answer.result = curl_easy_perform(curl_);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_slist_free_all(list);
    return answer;
  }

  long timeout_ms = 20'000;

 private:
  CURL* curl_ = curl_easy_init();
};

// Every name on the page, and the next link ("" at the end), read the plain way.
std::string walk(const std::string& body, std::vector<std::string>& names) {
  constexpr std::string_view key = R"({"name":")";
  for (std::size_t at = body.find(key); at != std::string::npos; at = body.find(key, at + 1)) {
    const std::size_t begin = at + key.size();
    names.push_back(body.substr(begin, body.find('"', begin) - begin));
  }
  constexpr std::string_view next = R"("next":")";
  const std::size_t at = body.find(next);
  if (at == std::string::npos) return "";
  return body.substr(at + next.size(), body.find('"', at + next.size()) - at - next.size());
}

TEST(PokeApi, PagesHoldEveryPokemonOnce) {
  FixtureApi api;
  Client client;
  std::vector<std::string> names;
  for (std::string url = api.url("/api/v2/pokemon?limit=100"); !url.empty();) {
    const Answer page = client.get(url);
    ASSERT_EQ(page.status, 200);
    EXPECT_THAT(page.body, StartsWith(R"({"count":1302,)"));
    url = walk(page.body, names);
  }
  EXPECT_EQ(names, api.pokemon());
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 1302u);
  EXPECT_THAT(names, testing::Contains("pikachu"));
  EXPECT_EQ(names[0] + names[1] + names[2], "bulbasaurivysaurvenusaur");
  EXPECT_EQ(api.count("/api/v2/pokemon"), 14u);
  EXPECT_EQ(api.connections(), 1u) << "kept alive";
}

TEST(PokeApi, ShortPathLinksToItself) {
  FixtureApi api(FixtureApi::Options{.pokemon = 45});
  Client client;
  const Answer second = client.get(api.url("/pokemon/?offset=20"));
  EXPECT_THAT(second.body, HasSubstr("\"next\":\"" + api.url("/pokemon?offset=40&limit=20\"")));
  EXPECT_THAT(second.body, HasSubstr("\"previous\":\"" + api.url("/pokemon?offset=0&limit=20\"")));
  EXPECT_THAT(second.body, HasSubstr("{\"name\":\"spearow\",\"url\":\"" + api.url("/pokemon/21/\"}")));
  EXPECT_THAT(client.get(api.url("/pokemon?offset=100")).body, HasSubstr("\"next\":null,"));
  EXPECT_EQ(client.get(api.url("/pokemon?limit=ten")).status, 400);
}

TEST(PokeApi, PageSizeCapsWhatIsAskedFor) {
  FixtureApi api(FixtureApi::Options{.pokemon = 10, .page_size = 4});
  std::vector<std::string> names;
  const std::string next = walk(Client().get(api.url("/pokemon?limit=100")).body, names);
  EXPECT_EQ(names.size(), 4u);
  EXPECT_EQ(next, api.url("/pokemon?offset=4&limit=4"));
}

TEST(PokeApi, ManyPokemonHaveDistinctNames) {
  FixtureApi api(FixtureApi::Options{.pokemon = 5000});
  EXPECT_EQ(std::set<std::string>(api.pokemon().begin(), api.pokemon().end()).size(), 5000u);
}

TEST(Log, RemembersWhatWasAsked) {
  FixtureApi api;
  Client client;
  client.get(api.url("/thing?a=1&b=x%20y&b=z"), {"X-Twice: one", "X-Twice: two"}, "sent body");
  const std::vector<Request> all = api.requests("/thing");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].method, "POST");
  EXPECT_EQ(all[0].target, "/thing?a=1&b=x%20y&b=z");
  EXPECT_THAT(all[0].query, testing::ElementsAre(Pair("a", "1"), Pair("b", "x y"), Pair("b", "z")));
  EXPECT_EQ(all[0].parameter("b"), "x y");
  EXPECT_EQ(all[0].header("x-twice"), "one");
  EXPECT_THAT(all[0].headers, Contains(Pair("X-Twice", "two")));
  EXPECT_EQ(all[0].body, "sent body");
  EXPECT_EQ(all[0].answered, 404);
  api.forget_requests();
  EXPECT_EQ(api.count(), 0u);
}

TEST(Pages, HandlersAnswerBeforePokeApi) {
  FixtureApi api;
  Client client;
  api.set_page("/pokemon", R"({"results":[]})");
  api.set_page("/pokemon?limit=1", "exact", "text/plain");
  api.set_handler("/echo", [](const Request& request) {
    Response response;
    response.status = 201;
    response.body = request.body;
    response.headers.emplace_back("X-Answer", "yes");
    return response;
  });
  api.set_handler("/throws", [](const Request&) -> Response { throw std::runtime_error("on purpose"); });
  EXPECT_EQ(client.get(api.url("/pokemon?limit=2")).body, R"({"results":[]})");
  EXPECT_EQ(client.get(api.url("/pokemon?limit=1")).body, "exact");
  const Answer echo = client.get(api.url("/echo"), {"Expect: 100-continue"}, "ping");
  EXPECT_EQ(echo.status, 201);
  EXPECT_EQ(echo.body, "ping");
  EXPECT_THAT(echo.headers, HasSubstr("X-Answer: yes\r\n"));
  EXPECT_EQ(client.get(api.url("/throws")).status, 500);
}

TEST(Pages, ChunkedBodiesComeWhole) {
  FixtureApi api;
  Response response;
  response.chunked = true;
  response.body = std::string(2500, 'x') + "end";
  api.set_page("/chunked", response);
  Client client;
  const Answer answer = client.get(api.url("/chunked"));
  EXPECT_EQ(answer.body, response.body);
  EXPECT_THAT(answer.headers, HasSubstr("Transfer-Encoding: chunked"));
  api.fail("/chunked", Fault::cut_body(1500));
  EXPECT_NE(client.get(api.url("/chunked")).result, CURLE_OK);
}

TEST(Faults, StatusComesAsOftenAsPlanned) {
  FixtureApi api;
  Client client;
  api.fail("/pokemon", Fault::with_status(503).header("Retry-After", "7").body("busy", "text/plain").at(2).times(2));
  std::vector<long> seen;
  for (int i = 0; i < 4; ++i) {
    const Answer answer = client.get(api.url("/pokemon"));
    seen.push_back(answer.status);
    if (answer.status != 503) continue;
    EXPECT_EQ(answer.body, "busy");
    EXPECT_THAT(answer.headers, HasSubstr("Retry-After: 7\r\n"));
    EXPECT_THAT(answer.headers, HasSubstr("Content-Type: text/plain\r\n"));
  }
  EXPECT_THAT(seen, testing::ElementsAre(200, 503, 503, 200));
  EXPECT_EQ(api.requests()[1].answered, 503);
}

TEST(Faults, WholeTargetsAndEverything) {
  FixtureApi api;
  Client client;
  api.fail("/pokemon?limit=5", Fault::with_status(404));
  EXPECT_EQ(client.get(api.url("/pokemon?limit=6")).status, 200);
  EXPECT_EQ(client.get(api.url("/pokemon?limit=5")).status, 404);
  api.fail("*", Fault::with_status(500).for_ever());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get(api.url("/pokemon?limit=5")).status, 500);
  api.clear_faults();
  EXPECT_EQ(client.get(api.url("/pokemon?limit=5")).status, 200);
}

TEST(Faults, CutBodyIsShorterThanItSays) {
  FixtureApi api;
  Client client;
  api.fail("/pokemon", Fault::cut_body(40));
  const Answer cut = client.get(api.url("/pokemon"));
  EXPECT_EQ(cut.result, CURLE_PARTIAL_FILE);
  EXPECT_EQ(cut.body.size(), 40u);
  EXPECT_EQ(client.get(api.url("/pokemon")).result, CURLE_OK);
}

TEST(Faults, ClosedBeforeTheAnswer) {
  FixtureApi api;
  api.fail("/pokemon", Fault::close_connection());
  Client client;
  EXPECT_EQ(client.get(api.url("/pokemon")).result, CURLE_GOT_NOTHING);
  EXPECT_EQ(api.requests()[0].answered, 0);
}

TEST(Faults, BodiesThatAreNoJson) {
  FixtureApi api;
  Client client;
  api.fail("/pokemon", Fault::html());
  api.fail("/pokemon", Fault::malformed_json().at(2));
  const Answer html = client.get(api.url("/pokemon"));
  EXPECT_THAT(html.headers, HasSubstr("text/html"));
  EXPECT_THAT(html.body, StartsWith("<!DOCTYPE html>"));
  const Answer half = client.get(api.url("/pokemon"));
  EXPECT_EQ(half.result, CURLE_OK) << "the length is honest";
  EXPECT_THAT(half.body, testing::Not(testing::EndsWith("}")));
}

TEST(Faults, SlowFirstByteIsLate) {
  FixtureApi api;
  Client client;
  api.fail("/pokemon", Fault::slow_first_byte(80ms));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.get(api.url("/pokemon")).status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 80ms);
}

TEST(Faults, StalledBodyEndsWithTheClientsPatience) {
  FixtureApi api;
  Client client;
  client.timeout_ms = 200;
  api.fail("/pokemon", Fault::stall_body(10));
  const Answer answer = client.get(api.url("/pokemon"));
  EXPECT_EQ(answer.result, CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(answer.body.size(), 10u);
}

TEST(Server, StopEndsWhatWaits) {
  FixtureApi api;
  api.fail("*", Fault::slow_first_byte(1h));
  Answer answer;
  std::thread waiting([&] { answer = Client().get(api.url("/pokemon")); });
  while (api.count() == 0) std::this_thread::yield();
  api.stop();
  waiting.join();
  EXPECT_EQ(answer.result, CURLE_GOT_NOTHING) << curl_easy_strerror(answer.result);
  EXPECT_EQ(Client().get(api.url("/pokemon")).result, CURLE_COULDNT_CONNECT);
}

TEST(Server, ManyClientsAtOnce) {
  FixtureApi api;
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      Client client;
      for (int n = 0; n < 10; ++n) EXPECT_EQ(client.get(api.url("/pokemon")).status, 200);
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(api.count(), 160u);
  EXPECT_EQ(api.connections(), 16u);
}

TEST(Updates, NoncesAndTheOneFailure) {
  FixtureApi api;
  Client client;
  int nonce = 0;
  const auto get = [&](const std::string& query) {
    return client.get(api.url("/updates?" + query), {"X-Nonce: n" + std::to_string(++nonce)});
  };
  EXPECT_EQ(client.get(api.url("/updates?part=a")).status, 400);
  EXPECT_EQ(get("part=a&page=1").status, 200);
  const Answer again = client.get(api.url("/updates?part=a&page=2"), {"X-Nonce: n1"});
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body, R"({"error":"nonce was used before"})");
  EXPECT_EQ(get("part=d").status, 404);
  EXPECT_EQ(get("part=a&page=0").status, 400);
  EXPECT_EQ(get("part=a&since=yesterday").status, 400);
  EXPECT_EQ(get("part=b&page=2").status, 503);
  EXPECT_EQ(client.get(api.url("/updates?part=b&page=2"), {"X-Nonce: n" + std::to_string(nonce)}).status, 409);
  EXPECT_EQ(get("part=b&page=2").status, 200);
}

TEST(Updates, SinceLeavesOutWhatIsNotLater) {
  FixtureApi api;
  Client client;
  const Answer last_page = client.get(api.url("/updates?part=a&page=3"), {"X-Nonce: 1"});
  EXPECT_THAT(last_page.body,
              StartsWith(R"({"items":[{"id":"a-021","part":"a","updated_at":"2026-01-01T00:20:00Z"},)"));
  EXPECT_THAT(last_page.body, testing::EndsWith(R"("next_page":null})"));
  EXPECT_THAT(client.get(api.url("/updates?part=a&page=2"), {"X-Nonce: 2"}).body, HasSubstr(R"("next_page":3})"));
  const std::string later = api.url("/updates?part=a&since=2026-01-01T00:24:00Z");
  EXPECT_EQ(client.get(later, {"X-Nonce: 3"}).body, R"({"items":[],"next_page":null})");
  api.updates().add("a", {"a-new", "2026-01-02T00:00:00Z"});
  EXPECT_EQ(client.get(later, {"X-Nonce: 4"}).body,
            R"({"items":[{"id":"a-new","part":"a","updated_at":"2026-01-02T00:00:00Z"}],"next_page":null})");
}

}  // namespace
