// Both sides of a task over a real socket: the worker's in a thread of the test, the host's on the backend of the
// bridge's tests.
#include "unit/bridge/fake_backend.hpp"
#include "unit/worker/support.hpp"
#include "worker/near_task.hpp"
#include "worker/serve.hpp"

#include <atomic>
#include <thread>

namespace integ::worker::testing {
namespace {

using bridge::Context;
using bridge::Flow;
using bridge::Phase;
using bridge::testing::answers;
using bridge::testing::emit_options;
using bridge::testing::fails;
using bridge::testing::FakeBackend;
using bridge::testing::request;
using bridge::testing::value;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A task that is served by a thread, from its start to its end.
struct Far {
  explicit Far(Function run) : connector(std::move(run)) {}
  integ_status enter(Phase phase, bridge::Function function, bridge::Documents documents = {}) {
    auto [near, far] = socket_pair();
    std::thread worker([this, socket = std::make_shared<UniqueFd>(std::move(far))] {
      serve_task(std::move(*socket), connector.loaded, host);
    });
    const plugin::LoadedStream* stream = phase == Phase::run ? connector.loaded.streams.front().get() : nullptr;
    context.emplace(phase, backend, std::move(documents), stream == nullptr ? nullptr : &stream->descriptor);
    Channel channel(std::move(near), kMostFromWorker);
    NearTask task(channel, *context);
    integ_status out = INTEG_E_INTERNAL;
    try {
      out = task.run({function, connector.loaded, stream});
    } catch (...) {
      worker.join();
      throw;
    }
    worker.join();
    return out;
  }
  integ_status run(bridge::Documents documents = {}) {
    return enter(Phase::run, bridge::Function::run, std::move(documents));
  }

  OneFunction connector;
  FarHost host;
  FakeBackend backend;
  std::optional<Context> context;
};

std::string text_of(integ_str from) { return std::string(bridge::view(from)); }

TEST(Task, AnswersErrorsAndValuesAreTheHosts) {
  Far far([](const integ_host& host, integ_http_context* context) {
    integ_response* page = nullptr;
    const integ_request asked = request("http://h/a");
    std::uint64_t emitted = 0;
    const integ_emit emit = emit_options();
    EXPECT_EQ(host.emit_batch(context, &asked, &emit, &page, &emitted), INTEG_OK);
    EXPECT_EQ(emitted, 3U);
    EXPECT_EQ(host.response_status(page), 200);
    EXPECT_EQ(text_of(host.response_url(page)), "http://h/final");
    integ_str header{};
    EXPECT_EQ(host.response_header(page, bridge::str("x-A"), 1, &header), INTEG_OK);
    EXPECT_EQ(text_of(header), "2");
    EXPECT_EQ(text_of(host.response_body(page)), R"({"next":"n"})");
    integ_value next = value();
    EXPECT_EQ(host.get(context, host.response_json(context, page), bridge::str("/next"), &next), INTEG_OK);
    EXPECT_EQ(text_of(next.text), "n");
    host.response_release(context, page);
    return host.emit_state(context, bridge::str("{}"));
  });
  far.backend.answer = answers(200, R"({"next":"n"})");
  EXPECT_EQ(far.run(), INTEG_OK);
  EXPECT_EQ(far.context->conclude(INTEG_OK), Flow::ok);
  EXPECT_THAT(far.backend.calls, ElementsAre("emit_batch http://h/a /items", "emit_state {}"));
}

TEST(Task, AHintReachesTheHostBeforeWhatIsAskedAfterIt) {
  Far far([](const integ_host& host, integ_http_context* context) {
    const integ_request soon = request("http://h/soon");
    EXPECT_EQ(host.prefetch(context, &soon), INTEG_OK);
    return host.emit_state(context, bridge::str("{}"));
  });
  EXPECT_EQ(far.run(), INTEG_OK);
  EXPECT_THAT(far.backend.calls, ElementsAre("prefetch GET http://h/soon", "emit_state {}"));
}

TEST(Task, AnErrorOfTheHostIsTheCauseOfWhatThePluginSays) {
  Far far([](const integ_host& host, integ_http_context* context) {
    const integ_status status = host.emit_values(context, bridge::str("[]"));
    EXPECT_EQ(status, INTEG_E_OUTPUT);
    EXPECT_EQ(text_of(host.error(context)), "the disk is full");
    return host.fail(context, status, bridge::str("gave up"));
  });
  far.backend.answer = fails(INTEG_E_OUTPUT, "the disk is full");
  const integ_status status = far.run();
  EXPECT_EQ(status, INTEG_E_OUTPUT);
  try {
    far.context->conclude(status);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "gave up: the disk is full");
    EXPECT_EQ(error.kind(), Kind::output);
  }
}

TEST(Task, StopIsTheHostsToGive) {
  Far given(
      [](const integ_host& host, integ_http_context* context) { return host.emit_values(context, bridge::str("[]")); });
  given.backend.answer = [](bridge::Page&) { return Flow::stop; };
  EXPECT_EQ(given.run(), INTEG_STOP);
  EXPECT_EQ(given.context->conclude(INTEG_STOP), Flow::stop);
  Far taken([](const integ_host&, integ_http_context*) { return INTEG_STOP; });
  EXPECT_EQ(taken.run(), INTEG_STOP);
  EXPECT_THROW(taken.context->conclude(INTEG_STOP), Error);
}

TEST(Task, DocumentsAreReadOnTheFarSide) {
  Far far([](const integ_host& host, integ_http_context* context) {
    integ_value seen = value();
    host.get(context, host.document(context, INTEG_DOC_CONFIG), bridge::str("/a/1"), &seen);
    EXPECT_EQ(text_of(seen.text), "1.10");
    host.get(context, host.document(context, INTEG_DOC_STATE), bridge::str(""), &seen);
    EXPECT_EQ(seen.kind, INTEG_NULL);
    EXPECT_EQ(text_of(host.stream(context)->name), "things");
    return INTEG_OK;
  });
  bridge::Documents documents;
  documents[INTEG_DOC_CONFIG] = bridge::document_of(R"({"a":[0,1.10]})");
  EXPECT_EQ(far.run(documents), INTEG_OK);
  EXPECT_THAT(far.backend.calls, ElementsAre());
}

TEST(Task, WhatAPluginThrowsIsThrown) {
  Far far([](const integ_host&, integ_http_context*) -> integ_status { throw std::runtime_error("it must not"); });
  try {
    far.run();
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "it must not");
  }
}

TEST(Task, AnOpenedStreamIsOneContextHoweverOftenItIsOpened) {
  FakeBackend inner;
  bridge::Documents documents;
  documents[INTEG_DOC_STATE] = bridge::document_of(R"({"at":1})");
  Far far([](const integ_host& host, integ_http_context* context) {
    integ_http_context* first = nullptr;
    integ_http_context* second = nullptr;
    EXPECT_EQ(host.open_stream(context, bridge::str("others"), &first), INTEG_OK);
    EXPECT_EQ(host.open_stream(context, bridge::str("others"), &second), INTEG_OK);
    EXPECT_EQ(first, second);
    EXPECT_EQ(text_of(host.stream(first)->name), "others");
    integ_value at = value();
    host.get(first, host.document(first, INTEG_DOC_STATE), bridge::str("/at"), &at);
    EXPECT_EQ(at.integer, 1);
    integ_response* page = nullptr;
    const integ_request asked = request("http://h/a");
    EXPECT_EQ(host.fetch(context, &asked, &page), INTEG_OK);
    const integ_emit emit = emit_options();
    EXPECT_EQ(host.emit_response(first, page, &emit, nullptr), INTEG_OK);
    return host.fail(first, INTEG_E_CONFIG, bridge::str("said in the stream"));
  });
  const plugin::LoadedStream& others = *far.connector.loaded.streams.back();
  Context opened(Phase::run, inner, documents, &others.descriptor);
  far.backend.opened = &opened;
  far.backend.answer = answers(200, R"({"items":[{"id":1}]})");
  inner.answer = [](bridge::Page& page) {
    EXPECT_EQ(*page.answer.body, R"({"items":[{"id":1}]})");
    return Flow::ok;
  };
  EXPECT_EQ(far.enter(Phase::run, bridge::Function::interleaved), INTEG_E_CONFIG);
  EXPECT_THAT(inner.calls, ElementsAre("emit_response /items"));
  EXPECT_EQ(opened.said().by_plugin, "said in the stream");
}

// A log line is sent and not waited for; a secret is known when the call returns; a cancellation is seen at once.
TEST(Task, OtherThreadsOfAPluginMayLogWhileARequestIsUnderWay) {
  Far far([](const integ_host& host, integ_http_context* context) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&host, context] {
        for (int line = 0; line < 50; ++line) host.log(context, INTEG_LOG_INFO, bridge::str("line"));
        host.mark_secret(context, bridge::str("s"));
        EXPECT_EQ(host.cancelled(context), 0);
        EXPECT_GT(host.now_ns(context), 0);
      });
    }
    integ_response* page = nullptr;
    const integ_request asked = request("http://h/a");
    for (int i = 0; i < 50; ++i) EXPECT_EQ(host.fetch(context, &asked, &page), INTEG_OK);
    for (std::thread& thread : threads) thread.join();
    return INTEG_OK;
  });
  far.backend.answer = answers(200, "{}");
  EXPECT_EQ(far.run(), INTEG_OK);
  EXPECT_EQ(std::ranges::count(far.backend.calls, "log info line"), 200);
  EXPECT_GE(std::ranges::count(far.backend.calls, "secret s"), 1);
}

TEST(Task, ACancellationIsSeenAtOnceAndWakesASleep) {
  constexpr std::int64_t kHour_ns = 3'600'000'000'000;
  std::atomic<bool> sleeps{false};
  Far far([&sleeps](const integ_host& host, integ_http_context* context) {
    EXPECT_EQ(host.sleep_ns(context, 1), INTEG_OK);
    sleeps = true;
    EXPECT_EQ(host.sleep_ns(context, kHour_ns), INTEG_CANCELLED);
    EXPECT_EQ(host.cancelled(context), 1);
    return INTEG_CANCELLED;
  });
  std::thread canceller([&] {
    while (!sleeps) std::this_thread::yield();
    far.host.cancellation.cancel(CancelReason::terminated);
  });
  EXPECT_EQ(far.run(), INTEG_CANCELLED);
  canceller.join();
}

TEST(Task, MoreThanAFrameMayHoldIsRefusedOnTheFarSide) {
  Far far([](const integ_host& host, integ_http_context* context) {
    const std::string much = "\"" + std::string(kMostFromWorker, 'x') + "\"";
    EXPECT_EQ(host.emit_values(context, bridge::str(much)), INTEG_E_LIMIT);
    EXPECT_THAT(text_of(host.error(context)), HasSubstr("at once can't leave a process of its own"));
    return INTEG_OK;
  });
  EXPECT_EQ(far.run(), INTEG_OK);
}

// A released answer is let go of by the host as well: its memory is the host's.
TEST(Task, AReleasedAnswerIsReleasedByTheHost) {
  std::weak_ptr<std::string> kept;
  Far far([&kept](const integ_host& host, integ_http_context* context) {
    integ_response* page = nullptr;
    const integ_request asked = request("http://h/a");
    EXPECT_EQ(host.fetch(context, &asked, &page), INTEG_OK);
    EXPECT_FALSE(kept.expired());
    host.response_release(context, page);
    EXPECT_EQ(host.emit_values(context, bridge::str("[]")), INTEG_OK);  // behind it
    EXPECT_TRUE(kept.expired());
    return INTEG_OK;
  });
  far.backend.answer = [&kept](bridge::Page& page) {
    page.answer.status = 200;
    page.answer.body = std::make_shared<std::string>("{}");
    kept = page.answer.body;
    return Flow::ok;
  };
  far.backend.answer = [answer = far.backend.answer, first = true](bridge::Page& page) mutable {
    return std::exchange(first, false) ? answer(page) : Flow::ok;
  };
  EXPECT_EQ(far.run(), INTEG_OK);
}

// What a worker that went astray may send: said in one frame instead of what a task would.
std::string broken_by(FrameWriter frame, Phase phase = Phase::run) {
  auto [near, far] = socket_pair();
  Channel rogue(std::move(far), kMostFromHost);
  rogue.send(std::move(frame).frame());
  OneFunction connector([](const integ_host&, integ_http_context*) { return INTEG_OK; });
  FakeBackend backend;
  Context context(phase, backend, {}, &connector.loaded.streams.front()->descriptor);
  Channel channel(std::move(near), kMostFromWorker, [](int, short) { throw ChannelClosed(); });
  try {
    NearTask(channel, context).run({bridge::Function::run, connector.loaded, connector.loaded.streams.front().get()});
  } catch (const BrokenFrame& broken) {
    EXPECT_THAT(backend.calls, ElementsAre());
    return broken.what();
  } catch (const ChannelClosed&) {  // it was answered, and nothing more came
  }
  return "not broken";
}

FrameWriter of(Op op, std::uint32_t context = 0) {
  FrameWriter out(op);
  out.u32(context);
  return out;
}

TEST(Task, WhatAWorkerMayNotSayBreaksTheProtocol) {
  EXPECT_THAT(broken_by(FrameWriter(static_cast<Op>(200))), HasSubstr("a value that does not exist"));
  EXPECT_THAT(broken_by(of(Op::emit_state, 1)), HasSubstr("a context that does not exist"));
  EXPECT_THAT(broken_by(of(Op::emit_state)), HasSubstr("ends in the middle"));
  FrameWriter longer = of(Op::emit_state);
  longer.flag(false);
  longer.u8(0);
  EXPECT_THAT(broken_by(std::move(longer)), HasSubstr("goes on behind"));
  for (const Op op : {Op::emit_values, Op::emit_batch, Op::emit_response, Op::emit_state, Op::open_stream, Op::prefetch,
                      Op::add_slice, Op::add_stream, Op::set_auth, Op::update_config}) {
    EXPECT_THAT(broken_by(of(op), Phase::check), HasSubstr("in this phase")) << static_cast<int>(op);
  }
  EXPECT_THAT(broken_by(of(Op::fetch), Phase::finish), HasSubstr("in this phase"));
  FrameWriter body(Op::body);
  body.u64(5);
  EXPECT_THAT(broken_by(std::move(body)), HasSubstr("an answer that does not exist"));
  FrameWriter line = of(Op::log);
  line.u8(9);
  line.text("x");
  EXPECT_THAT(broken_by(std::move(line)), HasSubstr("a level that does not exist"));
  FrameWriter done(Op::done);
  done.u8(0);
  EXPECT_THAT(broken_by(std::move(done)), HasSubstr("ends in the middle"));
  FrameWriter emission = of(Op::emit_response);
  emission.u64(1);
  emission.flag(true);
  bridge::Emit emit;
  emit.slice.records = "items";
  put(emission, emit);
  EXPECT_THAT(broken_by(std::move(emission)), HasSubstr("a pointer that is none"));
}

}  // namespace
}  // namespace integ::worker::testing
