// The table itself: who may call what, from where, with what.
#include "fake_backend.hpp"

#include <thread>

namespace integ::bridge {
namespace {

using ::testing::ElementsAre;
using testing::emit_options;
using testing::Entered;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::request;
using testing::value;

TEST(HostTable, IsWhole) {
  const integ_host& host = host_table();
  EXPECT_EQ(host.size, sizeof(integ_host));
  EXPECT_EQ(host.abi_minor, static_cast<std::uint32_t>(INTEG_ABI_MINOR));
  EXPECT_EQ(view(host.name), "integ");
  EXPECT_FALSE(view(host.version).empty());
  // Every slot behind the four members is a function.
  const auto* slots = reinterpret_cast<const void* const*>(&host.stream);
  const std::size_t count = (sizeof(integ_host) - offsetof(integ_host, stream)) / sizeof(void*);
  for (std::size_t i = 0; i < count; ++i) EXPECT_NE(slots[i], nullptr) << "slot " << i;
  EXPECT_EQ(host.get_extension(&host, str("integ.nothing/1")), nullptr);
}

TEST(HostTable, ANullContextIsAnArgumentErrorAndNoCrash) {
  const integ_host& host = host_table();
  integ_value out = value();
  integ_str text{};
  integ_response* answer = nullptr;
  integ_http_context* opened = nullptr;
  integ_sink* sink = nullptr;
  const integ_request asked = request("http://h/");
  const integ_emit how = emit_options();
  EXPECT_EQ(host.stream(nullptr), nullptr);
  EXPECT_EQ(host.open_stream(nullptr, str("a"), &opened), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.document(nullptr, INTEG_DOC_CONFIG), nullptr);
  EXPECT_EQ(host.get(nullptr, nullptr, str(""), &out), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.item(nullptr, nullptr, 0, &text, &out), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.fetch(nullptr, &asked, &answer), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.emit_batch(nullptr, &asked, &how, &answer, nullptr), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.emit_response(nullptr, nullptr, &how, nullptr), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.observed(nullptr, nullptr, 0, &out), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.prefetch(nullptr, &asked), INTEG_E_ARGUMENT);
  EXPECT_EQ(view(host.response_url(nullptr)), "");
  EXPECT_EQ(host.response_status(nullptr), 0);
  EXPECT_EQ(host.response_header(nullptr, str("a"), 0, &text), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.response_body(nullptr).data, nullptr);
  EXPECT_EQ(host.response_json(nullptr, nullptr), nullptr);
  host.response_release(nullptr, nullptr);
  EXPECT_EQ(host.emit_values(nullptr, str("{}")), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.emit_state(nullptr, str("{}")), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.add_slice(nullptr, str("a"), str("{}"), 0), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.add_stream(nullptr, nullptr), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.write(nullptr, nullptr, 0), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.sync(nullptr), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.open_sink(nullptr, str("p"), 0, &sink), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.close_sink(nullptr, 1), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.set_auth(nullptr, nullptr, 0, nullptr, 0, 0), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.update_config(nullptr, str("{}")), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.mark_secret(nullptr, str("s")), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.cancelled(nullptr), 0);
  EXPECT_EQ(host.now_ns(nullptr), 0);
  EXPECT_EQ(host.sleep_ns(nullptr, 0), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.fail(nullptr, INTEG_E_AUTH, str("m")), INTEG_E_ARGUMENT);
  EXPECT_EQ(host.error(nullptr).data, nullptr);
}

TEST(HostTable, EachPhaseHasItsFunctions) {
  const integ_stream stream = [] {
    integ_stream out{};
    out.size = sizeof out;
    out.name = str("s");
    out.json_schema = str(R"({"type":"object","properties":{}})");
    return out;
  }();
  // One letter a phase: check, discover, authorize, slices, run, finish, session (x).
  constexpr std::string_view kLetters = "cdasrfx";
  const std::pair<std::string_view, std::function<integ_status(Entered&)>> kCalls[] = {
      {"cdasr",
       [](Entered& in) {
         integ_response* answer = nullptr;
         const integ_request asked = request("http://h/");
         return in.host.fetch(in.handle(), &asked, &answer);
       }},
      {"cdasr",
       [](Entered& in) {
         const integ_request asked = request("http://h/");
         return in.host.prefetch(in.handle(), &asked);
       }},
      {"cdasr", [](Entered& in) { return in.host.sleep_ns(in.handle(), 1); }},
      {"r",
       [](Entered& in) {
         integ_response* answer = nullptr;
         const integ_request asked = request("http://h/");
         const integ_emit how = emit_options();
         return in.host.emit_batch(in.handle(), &asked, &how, &answer, nullptr);
       }},
      {"r", [](Entered& in) { return in.host.emit_values(in.handle(), str("{}")); }},
      {"rf", [](Entered& in) { return in.host.emit_state(in.handle(), str("{}")); }},
      {"r",
       [](Entered& in) {
         integ_http_context* opened = nullptr;
         return in.host.open_stream(in.handle(), str("s"), &opened);
       }},
      {"s", [](Entered& in) { return in.host.add_slice(in.handle(), str("k"), str("{}"), 0); }},
      {"d", [&](Entered& in) { return in.host.add_stream(in.handle(), &stream); }},
      {"a", [](Entered& in) { return in.host.set_auth(in.handle(), nullptr, 0, nullptr, 0, 0); }},
      {"a", [](Entered& in) { return in.host.update_config(in.handle(), str("{}")); }},
      {"cdasrfx",
       [](Entered& in) {
         integ_value out = value();
         return in.host.get(in.handle(), in.host.document(in.handle(), INTEG_DOC_STATE), str(""), &out);
       }},
  };
  for (std::size_t call = 0; call < std::size(kCalls); ++call) {
    for (std::size_t phase = 0; phase < kLetters.size(); ++phase) {
      Entered in(static_cast<Phase>(phase));
      const bool allowed = kCalls[call].first.find(kLetters[phase]) != std::string_view::npos;
      EXPECT_EQ(kCalls[call].second(in), allowed ? INTEG_OK : INTEG_E_UNSUPPORTED)
          << "call " << call << ", phase " << phase;
      if (!allowed) {
        EXPECT_THAT(in.backend.calls, IsEmpty());
        EXPECT_THAT(in.error(), HasSubstr("can't be called in"));
      }
    }
  }
  Entered in(Phase::run);
  integ_sink* sink = nullptr;
  EXPECT_EQ(in.host.open_sink(in.handle(), str("p"), 0, &sink), INTEG_E_UNSUPPORTED);
}

TEST(HostTable, RunFunctionsAreForTheThreadThatEntered) {
  Entered in;
  integ_status status = INTEG_OK;
  std::thread([&] { status = in.host.emit_values(in.handle(), str("{}")); }).join();
  EXPECT_EQ(status, INTEG_E_ARGUMENT);
  EXPECT_THAT(in.error(), HasSubstr("another thread"));
  EXPECT_THAT(in.backend.calls, IsEmpty());
}

TEST(HostTable, AnyFunctionsAreForAnyThread) {
  Entered in;
  in.backend.is_cancelled = true;
  std::thread([&] {
    in.host.log(in.handle(), INTEG_LOG_WARN, str("from afar"));
    EXPECT_EQ(in.host.mark_secret(in.handle(), str("s3cret")), INTEG_OK);
    EXPECT_EQ(in.host.cancelled(in.handle()), 1);
    EXPECT_EQ(in.host.now_ns(in.handle()), 42);
  }).join();
  EXPECT_THAT(in.backend.calls, ElementsAre("log warn from afar", "secret s3cret"));
}

TEST(HostTable, LogTakesWhateverItIsGiven) {
  Entered in;
  in.host.log(in.handle(), -7, str("low"));
  in.host.log(in.handle(), INTEG_LOG_INFO,
              str("a\xFF"
                  "b"));
  in.host.log(in.handle(), 99, {nullptr, 5});
  EXPECT_THAT(in.backend.calls, ElementsAre("log debug low",
                                            "log info a\xEF\xBF\xBD"
                                            "b",
                                            "log error "));
}

TEST(HostTable, TextThatIsNoUtf8IsRefused) {
  Entered in;
  EXPECT_EQ(in.host.emit_values(in.handle(), str("{\"a\":\"\xFF\"}")), INTEG_E_ARGUMENT);
  EXPECT_EQ(in.host.emit_state(in.handle(), str("\xC0\x80")), INTEG_E_ARGUMENT);
  EXPECT_EQ(in.host.emit_state(in.handle(), {nullptr, 3}), INTEG_E_ARGUMENT) << "absent, but with a size";
  EXPECT_THAT(in.backend.calls, IsEmpty());
  Entered slices(Phase::slices);
  EXPECT_EQ(slices.host.add_slice(slices.handle(), str("\xED\xA0\x80"), str("{}"), 0), INTEG_E_ARGUMENT);
  EXPECT_EQ(in.host.emit_state(in.handle(), {nullptr, 0}), INTEG_OK);
  EXPECT_THAT(in.backend.calls, ElementsAre("emit_state as it came in"));
}

TEST(HostTable, NoExceptionLeavesIt) {
  Entered in;
  in.backend.answer = [](Page&) -> Flow { throw std::bad_alloc(); };
  EXPECT_EQ(in.host.emit_values(in.handle(), str("{}")), INTEG_E_INTERNAL);
  EXPECT_THAT(in.error(), HasSubstr("bad_alloc"));
}

TEST(HostTable, OpenStreamHandsOutAContextOrNothing) {
  Entered inner;
  Entered outer;
  integ_http_context* opened = outer.handle();
  EXPECT_EQ(outer.host.open_stream(outer.handle(), str("a"), &opened), INTEG_OK);
  EXPECT_EQ(opened, nullptr);
  outer.backend.opened = &inner.context;
  EXPECT_EQ(outer.host.open_stream(outer.handle(), str("a"), &opened), INTEG_OK);
  EXPECT_EQ(opened, inner.handle());
  EXPECT_EQ(outer.host.open_stream(outer.handle(), str("a"), nullptr), INTEG_E_ARGUMENT);
}

}  // namespace
}  // namespace integ::bridge
