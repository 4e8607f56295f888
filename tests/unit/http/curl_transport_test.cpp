// The libcurl transport alone, against real sockets.
#include "http/curl_transport.hpp"

#include "base/error.hpp"
#include "raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <utility>

namespace integ::http::testing {
namespace {

using ::testing::HasSubstr;
using Why = TransportError::Why;

struct Collected final : Receiver {
  void head(int code, std::vector<Header> all) override {
    status = code;
    headers = std::move(all);
  }
  void piece(std::string_view bytes) override {
    body.append(bytes);
    if (on_piece) on_piece();
  }
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  std::function<void()> on_piece;
};

struct CurlTransportTest : ::testing::Test {
  Collected get(const std::string& url) {
    Collected collected;
    Request request;
    request.url = url;
    perform(request, collected);
    return collected;
  }
  void perform(const Request& request, Receiver& receiver, bool fresh = false) {
    Attempt attempt;
    attempt.request = &request;
    attempt.fresh_connection = fresh;
    transport.perform(attempt, receiver, cancellation);
  }
  TransportError error_of(const std::string& url) {
    try {
      get(url);
    } catch (const TransportError& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return {};
  }
  static Settings settings() {
    Settings out;
    out.max_headers = 8192;
    return out;
  }
  Cancellation cancellation;
  CurlTransport transport{settings()};
};

TEST_F(CurlTransportTest, SendsTheRequestAsGiven) {
  RawServer server({RawServer::answer("200 OK", "hello", "X-A: 1\r\nX-A: 2\r\n")});
  Request request;
  request.method = "PATCH";
  request.url = server.url("/a/../b//c?x=%2f+y&x=");
  request.headers = {{"X-Empty", "", false}, {"X-One", "1", false}};
  request.body = "line\r\n\r\nbody";
  Collected got;
  perform(request, got);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "hello");
  ASSERT_EQ(got.headers.size(), 3u);
  EXPECT_EQ(got.headers[1].value, "2");
  const RawServer::Seen seen = server.requests().at(0);
  EXPECT_EQ(seen.method(), "PATCH");
  EXPECT_EQ(seen.target(), "/a/../b//c?x=%2f+y&x=");
  EXPECT_EQ(seen.header("Host"), server.host());
  EXPECT_EQ(seen.header("X-One"), "1");
  EXPECT_TRUE(seen.has("X-Empty"));
  EXPECT_FALSE(seen.has("Content-Type"));
  EXPECT_FALSE(seen.has("Expect"));
  EXPECT_EQ(seen.body, "line\r\n\r\nbody");
}

TEST_F(CurlTransportTest, NothingOfOneRequestIsLeftInTheNext) {
  RawServer server({RawServer::answer("200 OK", "x")});
  Request post;
  post.method = "POST";
  post.url = server.url("/post");
  post.body = "secret body";
  post.headers = {{"X-Secret", "s", true}};
  Collected ignored;
  perform(post, ignored);
  Request head;
  head.method = "HEAD";
  head.url = server.url("/head");
  RawServer heads({{"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", false, false, false}});
  head.url = heads.url("/head");
  Collected none;
  perform(head, none);
  EXPECT_EQ(none.body, "");
  EXPECT_EQ(get(server.url("/get")).body, "x");
  const RawServer::Seen seen = server.requests().at(1);
  EXPECT_EQ(seen.method(), "GET");
  EXPECT_EQ(seen.body, "");
  EXPECT_FALSE(seen.has("X-Secret"));
  EXPECT_FALSE(seen.has("Content-Length"));
}

TEST_F(CurlTransportTest, AConnectionIsReusedUnlessAFreshOneIsAskedFor) {
  RawServer server({RawServer::answer("200 OK", "x")});
  for (int i = 0; i < 5; ++i) get(server.url());
  EXPECT_EQ(server.connections(), 1);
  Request request;
  request.url = server.url();
  Collected collected;
  perform(request, collected, true);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(CurlTransportTest, InterimAnswersAndTrailersAreNoHeads) {
  RawServer server(
      {{"HTTP/1.1 100 Continue\r\nX-No: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n",
        false, false, false}});
  const Collected got = get(server.url());
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "abc");
  ASSERT_EQ(got.headers.size(), 1u);
  EXPECT_EQ(got.headers[0].name, "Transfer-Encoding");
}

TEST_F(CurlTransportTest, LargeBodiesComeWholeThoughTheReaderIsSlow) {
  std::string body(24u << 20, '\0');  // several times what may wait untaken
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 + i / 4096);
  RawServer server({RawServer::answer("200 OK", body)});
  Request request;
  request.url = server.url();
  Collected got;
  int pauses = 0;
  got.on_piece = [&] {
    if (++pauses <= 3) std::this_thread::sleep_for(std::chrono::milliseconds(100));  // so that the transfer pauses
  };
  perform(request, got);
  EXPECT_TRUE(got.body == body);
}

TEST_F(CurlTransportTest, ManyAtOnceEachGetTheirOwn) {
  RawServer server({RawServer::answer("200 OK", std::string(200'000, 'x'))});
  RawServer other({RawServer::answer("200 OK", std::string(100'000, 'y'))});
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 20; ++n) {
        const bool first = (i + n) % 2 == 0;
        const Collected got = get(first ? server.url() : other.url());
        if (got.body != (first ? std::string(200'000, 'x') : std::string(100'000, 'y'))) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(CurlTransportTest, FaultsHaveTheirNames) {
  RawServer closed({RawServer::close_at_once()});
  EXPECT_EQ(error_of(closed.url()).why, Why::reset);
  RawServer reset({RawServer::reset("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")});
  EXPECT_EQ(error_of(reset.url()).why, Why::reset);
  RawServer cut({RawServer::cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")});
  EXPECT_EQ(error_of(cut.url()).why, Why::reset);
  RawServer chunks({RawServer::cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")});
  EXPECT_EQ(error_of(chunks.url()).why, Why::reset);
  RawServer garbage({RawServer::cut("\x16\x03\x01 what?")});
  EXPECT_FALSE(error_of(garbage.url()).permanent);
  RawServer headers({RawServer::answer("200 OK", "x", "X-Long: " + std::string(9000, 'x') + "\r\n")});
  EXPECT_EQ(error_of(headers.url()).why, Why::too_large);
  std::string nobody;
  {
    RawServer gone({RawServer::close_at_once()});
    nobody = gone.url();
  }
  EXPECT_EQ(error_of(nobody).why, Why::connect);
}

TEST_F(CurlTransportTest, TimeOutsForTheFirstByteAndForSilence) {
  const auto error_within = [&](const RawServer& server, const Settings& given) {
    CurlTransport hasty(given);
    Request request;
    request.url = server.url();
    Attempt attempt;
    attempt.request = &request;
    Collected collected;
    try {
      hasty.perform(attempt, collected, cancellation);
    } catch (const TransportError& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return TransportError{};
  };
  // The other limit stays at a minute each time: only the one that is meant can end the test.
  Settings first;
  first.first_byte_timeout = milliseconds(200);
  const RawServer mute({RawServer::hang("")});
  const TransportError no_answer = error_within(mute, first);
  EXPECT_EQ(no_answer.why, Why::timeout);
  EXPECT_THAT(no_answer.message, HasSubstr("no answer"));

  Settings inside;
  inside.silence_timeout = milliseconds(200);
  const RawServer stuck({RawServer::hang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")});
  const TransportError silence = error_within(stuck, inside);
  EXPECT_EQ(silence.why, Why::timeout);
  EXPECT_THAT(silence.message, HasSubstr("middle"));

  Settings whole;
  whole.total_timeout = milliseconds(200);
  const TransportError total = error_within(stuck, whole);
  EXPECT_EQ(total.why, Why::timeout);
  EXPECT_THAT(total.message, HasSubstr("whole"));
}

TEST_F(CurlTransportTest, AReaderThatIsSlowerThanTheTimeOutIsNoSilence) {
  const std::string body(24u << 20, 'x');
  const RawServer server({RawServer::answer("200 OK", body)});
  Settings given;
  given.silence_timeout = milliseconds(1000);
  CurlTransport hasty(given);
  Request request;
  request.url = server.url();
  Attempt attempt;
  attempt.request = &request;
  Collected got;
  bool slept = false;
  got.on_piece = [&] {
    if (got.body.size() > (1u << 20) && !std::exchange(slept, true)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2500));  // paused meanwhile
    }
  };
  hasty.perform(attempt, got, cancellation);
  EXPECT_TRUE(got.body == body);
}

TEST_F(CurlTransportTest, ADeadIdleConnectionIsReplacedWithoutAWord) {
  // Each answer leaves the connection open by its headers, and closes it all the same.
  RawServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", true, false, false}});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(server.url()).body, "x");
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST_F(CurlTransportTest, BytesBehindAnAnswerAreNeverTheNextOne) {
  RawServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nZ",
                     false, false, false}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(server.url()).body, "x");
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(CurlTransportTest, CancelledItReturnsAtOnceAndGoesOnWorking) {
  RawServer mute({RawServer::hang("")});
  CurlTransport slow{Settings()};
  std::thread canceller([&] {
    mute.wait_for_requests(1);
    cancellation.cancel(CancelReason::terminated);
  });
  Request request;
  request.url = mute.url();
  Attempt attempt;
  attempt.request = &request;
  Collected collected;
  const auto before = std::chrono::steady_clock::now();
  try {
    slow.perform(attempt, collected, cancellation);
    ADD_FAILURE() << "not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::cancelled);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5)) << "the time-out is a minute";
  canceller.join();
  RawServer server({RawServer::answer("200 OK", "x")});
  Cancellation another;
  request.url = server.url();
  slow.perform(attempt, collected, another);
  EXPECT_EQ(collected.body, "x");
}

TEST_F(CurlTransportTest, AnExceptionOfTheReceiverGivesTheTransferUp) {
  RawServer server({RawServer::answer("200 OK", std::string(10u << 20, 'x'))});
  Request request;
  request.url = server.url();
  Collected got;
  got.on_piece = [] { throw Error(Kind::malformed, "enough"); };
  EXPECT_THROW(perform(request, got), Error);
  got.on_piece = nullptr;
  got.body.clear();
  perform(request, got);
  EXPECT_EQ(got.body.size(), 10u << 20);
}

}  // namespace
}  // namespace integ::http::testing
