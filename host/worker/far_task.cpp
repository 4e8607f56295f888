#include "worker/far_task.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace integ::worker {
namespace {

using bridge::Flow;

Flow get_flow(FrameReader& in) {
  const auto flow = static_cast<Flow>(in.u8());
  if (flow > Flow::again) throw BrokenFrame("it holds a flow that does not exist");
  return flow;
}

// A page of the host's, by its number.
class FarAnswer final : public bridge::FarPage {
 public:
  FarAnswer(FarTask& task, std::uint64_t number) : task_(task), number_(number) {}
  ~FarAnswer() override {
    try {
      FrameWriter out(Op::release);
      out.u64(number_);
      task_.tell(std::move(out));
    } catch (const std::exception&) {  // the host has gone, or the task is over: so is the page
    }
  }
  FarAnswer(const FarAnswer&) = delete;
  FarAnswer& operator=(const FarAnswer&) = delete;

  std::uint64_t number() const noexcept { return number_; }
  http::Body body() override {
    http::Body out;
    FrameWriter question(Op::body);
    question.u64(number_);
    task_.ask(std::move(question), [&out](FrameReader& in) {
      if (in.flag()) out = std::make_shared<std::string>(in.bytes());
    });
    return out;
  }

 private:
  FarTask& task_;
  const std::uint64_t number_;
};

[[noreturn]] void gone() { throw Error(Kind::internal, "the host has gone"); }

}  // namespace

struct FarTask::Opened {
  Opened(FarTask& task, std::uint32_t number, bridge::Documents documents, const integ_stream* stream)
      : backend(task, number), context(bridge::Phase::run, backend, std::move(documents), stream) {}
  FarBackend backend;
  bridge::Context context;
};

void FarTask::tell(FrameWriter message) {
  if (message.payload_size() > kMostFromWorker) {
    throw Error::of_status(INTEG_E_LIMIT, "more than " + human_bytes(static_cast<double>(kMostFromWorker)) +
                                              " at once can't leave a process of its own");
  }
  const std::string frame = std::move(message).frame();
  const std::lock_guard lock(sending_);
  try {
    channel_.send(frame);
  } catch (const ChannelClosed&) {
    gone();
  }
}

void FarTask::ask(FrameWriter question, const std::function<void(FrameReader&)>& read) {
  const std::lock_guard lock(asking_);
  tell(std::move(question));
  std::optional<Error> error;
  try {
    const std::string payload = channel_.receive();
    FrameReader in(payload);
    const Reply reply = in.one_of(Reply::end);
    if (reply == Reply::error) error = get_error(in);
    if (read) read(in);
    in.end();
  } catch (const ChannelClosed&) {
    gone();
  } catch (const BrokenFrame& broken) {
    throw Error(Kind::internal, std::string("an answer of the host can't be read: ") + broken.what());
  }
  if (error) throw Error(*error);
}

bridge::Context* FarTask::opened(std::uint32_t number) const {
  return number == 0 || number > opened_.size() ? nullptr : &opened_[number - 1]->context;
}

bridge::Context* FarTask::opened(std::uint32_t number, const std::string& stream, bridge::Documents documents) {
  const plugin::LoadedStream* loaded = connector_.stream(stream);
  if (number != opened_.size() + 1 || loaded == nullptr) {
    throw BrokenFrame("it opens a stream that does not exist");
  }
  opened_.push_back(std::make_shared<Opened>(*this, number, std::move(documents), &loaded->descriptor));
  return &opened_.back()->context;
}

void FarTask::put_said(FrameWriter& out) const {
  for (const auto& opened : opened_) put(out, opened->context.said());
}

FrameWriter FarBackend::question(Op op) const {
  FrameWriter out(op);
  out.u32(number_);
  return out;
}

// With whether there is an answer that the next exchange may go on from: a call that failed before it was asked has
// emptied the page here alone.
void FarBackend::put_page_number(FrameWriter& out, bridge::Page& page) {
  if (!page.far) page.far = std::make_unique<FarAnswer>(task_, task_.next_page());
  out.u64(static_cast<const FarAnswer&>(*page.far).number());
  out.flag(page.answer.status != 0 || !page.answer.url.empty());
}

Flow FarBackend::ask_flow(FrameWriter question) {
  Flow flow = Flow::ok;
  task_.ask(std::move(question), [&flow](FrameReader& in) { flow = get_flow(in); });
  return flow;
}

Flow FarBackend::ask_page(FrameWriter question, bridge::Page& page, std::uint64_t* emitted) {
  Flow flow = Flow::ok;
  task_.ask(std::move(question), [&](FrameReader& in) {
    flow = get_flow(in);
    get_page(in, page);
    const std::uint64_t count = in.u64();
    if (emitted != nullptr) *emitted = count;
  });
  return flow;
}

Flow FarBackend::fetch(const bridge::Request& request, bridge::Page& page) {
  FrameWriter out = question(Op::fetch);
  put_page_number(out, page);
  put(out, request);
  return ask_page(std::move(out), page, nullptr);
}

Flow FarBackend::emit_batch(const bridge::Request& request, const bridge::Emit& emit, bridge::Page& page,
                            std::uint64_t& emitted) {
  FrameWriter out = question(Op::emit_batch);
  put_page_number(out, page);
  put(out, request);
  put(out, emit);
  return ask_page(std::move(out), page, &emitted);
}

Flow FarBackend::emit_response(bridge::Page& page, const bridge::Emit& emit, std::uint64_t& emitted) {
  FrameWriter out = question(Op::emit_response);
  put_page_number(out, page);
  put(out, emit);
  return ask_page(std::move(out), page, &emitted);
}

void FarBackend::prefetch(const bridge::Request& request) {
  FrameWriter out = question(Op::prefetch);
  put(out, request);
  task_.tell(std::move(out));
}

Flow FarBackend::emit_values(std::string_view json) {
  FrameWriter out = question(Op::emit_values);
  out.text(json);
  return ask_flow(std::move(out));
}

Flow FarBackend::emit_state(std::optional<std::string_view> json) {
  FrameWriter out = question(Op::emit_state);
  out.flag(json.has_value());
  if (json) out.text(*json);
  return ask_flow(std::move(out));
}

Flow FarBackend::add_slice(std::string_view key, std::string_view json, std::uint64_t weight) {
  FrameWriter out = question(Op::add_slice);
  out.text(key);
  out.text(json);
  out.u64(weight);
  return ask_flow(std::move(out));
}

void FarBackend::add_stream(std::unique_ptr<plugin::LoadedStream> stream) {
  FrameWriter out = question(Op::add_stream);
  put(out, stream->info);
  ask_flow(std::move(out));
}

bridge::Context* FarBackend::open_stream(std::string_view name) {
  FrameWriter out = question(Op::open_stream);
  out.text(name);
  bridge::Context* opened = nullptr;
  task_.ask(std::move(out), [&](FrameReader& in) {
    const std::uint32_t number = in.u32();
    if (!in.flag()) {
      opened = task_.opened(number);
      return;
    }
    const std::string stream(in.text());
    opened = task_.opened(number, stream, get_documents(in));
  });
  return opened;
}

void FarBackend::set_auth(std::vector<http::Header> headers, std::vector<http::Header> query, std::int64_t valid_ms) {
  FrameWriter out = question(Op::set_auth);
  put(out, headers);
  put(out, query);
  out.i64(valid_ms);
  ask_flow(std::move(out));
}

void FarBackend::update_config(std::string_view merge_patch) {
  FrameWriter out = question(Op::update_config);
  out.text(merge_patch);
  ask_flow(std::move(out));
}

void FarBackend::mark_secret(std::string_view value) {
  // A token goes on every request, and the host has to be told once.
  {
    const std::lock_guard lock(task_.host().mutex);
    if (task_.host().secrets.contains(value)) return;
  }
  FrameWriter out = question(Op::mark_secret);
  out.text(value);
  ask_flow(std::move(out));
  const std::lock_guard lock(task_.host().mutex);
  task_.host().secrets.emplace(value);
}

void FarBackend::log(Level level, std::string_view message) {
  FrameWriter out = question(Op::log);
  out.u8(static_cast<std::uint8_t>(level));
  out.text(message);
  task_.tell(std::move(out));
}

void FarBackend::sleep_ns(std::int64_t duration) {
  // Here, and not at the host's: a host that sleeps for a worker would not see it die.
  constexpr std::int64_t kLongest = 365LL * 24 * 3'600 * 1'000'000'000;  // a year is for ever, and does not overflow
  const auto until = clock_.steady() + std::chrono::nanoseconds(std::clamp<std::int64_t>(duration, 0, kLongest));
  if (!clock_.sleep_until(until, task_.host().cancellation)) throw Error(Kind::cancelled, "cancelled");
}

}  // namespace integ::worker
