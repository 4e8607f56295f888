#include "worker/near_task.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <utility>

namespace integ::worker {
namespace {

using bridge::Flow;
using bridge::Phase;

// What the table of the worker lets through is the same; a worker that went astray may ask for anything.
bool may(Op op, Phase phase) {
  const auto one_of = [phase](std::initializer_list<Phase> phases) {
    return std::ranges::find(phases, phase) != phases.end();
  };
  switch (op) {
    case Op::fetch:
      return phase != Phase::finish;
    case Op::prefetch:
    case Op::emit_batch:
    case Op::emit_response:
    case Op::emit_values:
    case Op::open_stream:
      return one_of({Phase::run});
    case Op::emit_state:
      return one_of({Phase::run, Phase::finish});
    case Op::add_slice:
      return one_of({Phase::slices});
    case Op::add_stream:
      return one_of({Phase::discover});
    case Op::set_auth:
    case Op::update_config:
      return one_of({Phase::authorize});
    default:
      return true;
  }
}

bool has_page(Op op) { return op == Op::fetch || op == Op::emit_batch || op == Op::emit_response; }

// The part of an answer that comes whether it is an error or not.
class Answer {
 public:
  Answer() = default;
  // What `body` answered, or threw, as the table would have taken it.
  template <class Body>
  void made_by(Body&& body) {
    try {
      flow_ = std::forward<Body>(body)();
    } catch (const BrokenFrame&) {
      throw;
    } catch (const Error& error) {
      error_ = error;
    } catch (const std::exception& error) {
      error_ = Error(Kind::internal, error.what());
    }
  }
  FrameWriter begun() const {
    FrameWriter out(error_ ? Reply::error : Reply::ok);
    if (error_) put(out, *error_);
    return out;
  }
  void put_flow(FrameWriter& out) const { out.u8(static_cast<std::uint8_t>(flow_)); }
  Flow flow() const noexcept { return flow_; }
  bool failed() const noexcept { return error_.has_value(); }

 private:
  Flow flow_ = Flow::ok;
  std::optional<Error> error_;
};

}  // namespace

bridge::Context& NearTask::context_of(FrameReader& in) const {
  const std::uint32_t number = in.u32();
  if (number >= contexts_.size()) throw BrokenFrame("it names a context that does not exist");
  return *contexts_[number];
}

bridge::Page& NearTask::page_of(bridge::Context& context, FrameReader& in) {
  const std::uint64_t number = in.u64();
  const bool goes_on = in.flag();
  Held& held = pages_[number];
  if (held.page == nullptr) held = {&context, context.new_page()};
  if (!goes_on) held.page->empty();
  return *held.page;
}

void NearTask::send(FrameWriter reply) {
  if (deaf_) throw BrokenFrame("it asks and takes no answer");
  try {
    channel_.send(std::move(reply).frame());
  } catch (const ChannelClosed&) {
    deaf_ = true;
  }
}

void NearTask::log(FrameReader& in) {
  bridge::Context& context = context_of(in);
  const auto level = static_cast<Level>(in.u8());
  if (level > Level::error) throw BrokenFrame("it holds a level that does not exist");
  const std::string_view message = in.text();
  in.end();
  context.backend().log(level, message);
}

void NearTask::release(FrameReader& in) {
  const std::uint64_t number = in.u64();
  in.end();
  const auto held = pages_.find(number);
  if (held == pages_.end()) return;  // it was never asked for
  held->second.context->release(held->second.page);
  pages_.erase(held);
}

void NearTask::prefetch(FrameReader& in) {
  bridge::Context& context = context_of(in);
  if (!may(Op::prefetch, context.phase())) throw BrokenFrame("it asks for what can't be had in this phase");
  bridge::Request request;
  try {
    request = get_request(in);
  } catch (const Error&) {
    throw BrokenFrame("it holds a parser that does not exist");  // the worker has checked it
  }
  in.end();
  context.backend().prefetch(request);
}

void NearTask::body(FrameReader& in) {
  const std::uint64_t number = in.u64();
  in.end();
  const auto held = pages_.find(number);
  if (held == pages_.end()) throw BrokenFrame("it names an answer that does not exist");
  const http::Body& body = held->second.page->answer.body;
  FrameWriter out(Reply::ok);
  out.flag(body != nullptr);
  if (body) out.text(*body);
  send(std::move(out));
}

void NearTask::open_stream(bridge::Context& context, FrameReader& in) {
  const std::string_view name = in.text();
  in.end();
  bridge::Context* opened = nullptr;
  Answer answer;
  answer.made_by([&] {
    opened = context.backend().open_stream(name);
    return Flow::ok;
  });
  FrameWriter out = answer.begun();
  const auto known = opened == nullptr ? contexts_.begin() : std::ranges::find(contexts_, opened);
  const auto number = static_cast<std::uint32_t>(known - contexts_.begin());
  const bool is_new = known == contexts_.end();
  out.u32(number);
  out.flag(is_new);
  if (is_new) {
    contexts_.push_back(opened);
    out.text(std::string_view(opened->stream()->name.data, opened->stream()->name.size));
    put(out, opened->documents());
  }
  send(std::move(out));
}

Flow NearTask::simple(Op op, bridge::Backend& backend, FrameReader& in) {
  switch (op) {
    case Op::emit_values: {
      const std::string_view json = in.bytes();
      in.end();
      return backend.emit_values(json);
    }
    case Op::emit_state: {
      std::optional<std::string_view> json;
      if (in.flag()) json = in.text();
      in.end();
      const Flow flow = backend.emit_state(json);
      if (flow == Flow::ok) ++states_;
      return flow;
    }
    case Op::add_slice: {
      const std::string_view key = in.text();
      const std::string_view json = in.text();
      const std::uint64_t weight = in.u64();
      in.end();
      return backend.add_slice(key, json, weight);
    }
    case Op::add_stream: {
      std::unique_ptr<plugin::LoadedStream> stream = get_stream(in);
      in.end();
      backend.add_stream(std::move(stream));
      return Flow::ok;
    }
    case Op::set_auth: {
      std::vector<http::Header> headers = get_headers(in);
      std::vector<http::Header> query = get_headers(in);
      const std::int64_t valid_ms = in.i64();
      in.end();
      backend.set_auth(std::move(headers), std::move(query), valid_ms);
      return Flow::ok;
    }
    case Op::update_config: {
      const std::string_view patch = in.text();
      in.end();
      backend.update_config(patch);
      return Flow::ok;
    }
    case Op::mark_secret: {
      const std::string_view value = in.bytes();
      in.end();
      backend.mark_secret(value);
      return Flow::ok;
    }
    default:
      throw BrokenFrame("it asks for what does not exist");
  }
}

void NearTask::answer(Op op, FrameReader& in) {
  bridge::Context& context = context_of(in);
  if (!may(op, context.phase())) throw BrokenFrame("it asks for what can't be had in this phase");
  if (op == Op::open_stream) return open_stream(context, in);
  Answer answer;
  if (!has_page(op)) {
    answer.made_by([&] { return simple(op, context.backend(), in); });
    if (!answer.failed()) context.record_flow(answer.flow());
    FrameWriter out = answer.begun();
    answer.put_flow(out);
    return send(std::move(out));
  }
  bridge::Page& page = page_of(context, in);
  std::uint64_t emitted = 0;
  answer.made_by([&] {
    bridge::Request request;
    if (op != Op::emit_response) request = get_request(in);
    if (op == Op::fetch) {
      in.end();
      return context.backend().fetch(request, page);
    }
    const bridge::Emit emit = get_emit(in);
    in.end();
    return op == Op::emit_batch ? context.backend().emit_batch(request, emit, page, emitted)
                                : context.backend().emit_response(page, emit, emitted);
  });
  if (!answer.failed()) context.record_flow(answer.flow());
  FrameWriter out = answer.begun();
  answer.put_flow(out);
  put_page(out, page);
  out.u64(emitted);
  send(std::move(out));
}

void NearTask::serve(Op op, FrameReader& in) {
  switch (op) {
    case Op::log:
      return log(in);
    case Op::release:
      return release(in);
    case Op::prefetch:
      return prefetch(in);
    case Op::body:
      return body(in);
    default:
      return answer(op, in);
  }
}

integ_status NearTask::done(FrameReader& in) {
  const Ended how = in.one_of(Ended::end);
  const integ_status status = in.i32();
  std::optional<Error> error;
  std::string thrown;
  if (how == Ended::threw_error) error = get_error(in);
  if (how == Ended::threw) thrown = in.text();
  for (bridge::Context* context : contexts_) context->say(get_said(in));
  in.end();
  if (error) throw Error(*error);
  if (how == Ended::threw) throw std::runtime_error(thrown);
  return status;
}

integ_status NearTask::run(const bridge::Entry& entry) {
  FrameWriter task(Reply::task);
  put_task(task, entry, *contexts_.front());
  send(std::move(task));
  for (;;) {
    const std::string payload = channel_.receive();
    FrameReader in(payload);
    const Op op = in.one_of(Op::end);
    if (op == Op::done) return done(in);
    serve(op, in);
  }
}

}  // namespace integ::worker
