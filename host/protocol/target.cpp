#include "protocol/target.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "json/value_hash.hpp"
#include "protocol/airbyte_configured.hpp"
#include "protocol/target_process.hpp"
#include "protocol/target_states.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace integ::protocol {
namespace {

constexpr std::string_view kStateHead = R"({"type":"STATE")";

// What a state speaks of, and what it says; `doubtful` where only its being one that was sent tells that it is one.
struct SaidState {
  std::string scope;
  std::uint64_t hash;
  bool doubtful = false;
};

// Of one line, as Singer's STATE or what a target makes of it (the bare value), or Airbyte's message.
std::optional<SaidState> state_in(const json::Node& message, TargetKind kind) {
  if (kind == TargetKind::singer) {
    if (!message.is_object()) return std::nullopt;
    const bool bare = message.string("type") != "STATE";
    const json::Node* value = bare ? &message : message.member("value");
    // Some targets put one together of those that they were sent, which is one of bookmarks all the same.
    const json::Node* bookmarks = bare ? message.member("bookmarks") : nullptr;
    const bool doubtful = bare && (bookmarks == nullptr || !bookmarks->is_object());
    return value == nullptr ? std::nullopt : std::optional(SaidState{{}, json::value_hash(*value), doubtful});
  }
  const json::Node* state = message.string("type") == "STATE" ? message.member("state") : nullptr;
  const json::Node* stream = state == nullptr ? nullptr : state->member("stream");
  const json::Node* descriptor = stream == nullptr ? nullptr : stream->member("stream_descriptor");
  const json::Node* value = stream == nullptr ? nullptr : stream->member("stream_state");
  if (descriptor == nullptr || value == nullptr) return std::nullopt;
  std::string scope(descriptor->string("name"));
  scope += '\0';
  scope += descriptor->string("namespace");
  return SaidState{std::move(scope), json::value_hash(*value)};
}

class TargetSession final : public Session, private Sink {
 public:
  TargetSession(const SessionContext& context, TargetKind kind, const OpenInner& inner)
      : kind_(kind), command_(command_of(context)), folder_(context.folder), log_(*context.log), grace_(context.grace) {
    check_command(command_, folder_);
    if (needs_catalog()) static_cast<void>(temporary_folder());  // missed before anything is asked for
    inner_ = inner({.options = nullptr,
                    .sink = this,
                    .sinks = nullptr,
                    .log = context.log,
                    .on_state = [this](std::uint64_t ticket) { ticket_ = ticket; }});
  }

  void stream(const Stream& stream, const Selection& selection) override {
    inner_->stream(stream, selection);
    streams_.push_back({stream, selection});
  }
  void records(const Batch& batch) override { inner_->records(batch); }

  void state(const Stream& stream, std::string_view json, std::uint64_t ticket) override {
    wrote_ = false;
    inner_->state(stream, json, ticket);  // comes back as write(), unless the state is the one before, or is held back
    if (!wrote_ && written_ && ticket_ == ticket) states_.wrote(ticket, written_->scope, written_->hash);
  }

  void event(Event kind, std::string_view json) override {
    // For people, and for platforms.
    if (kind == Event::log || kind == Event::config || kind == Event::error || kind == Event::analytics) return;
    inner_->event(kind, json);
  }

  std::uint64_t flush(Flush) override {
    if (process_) process_->flush();
    return states_.safe();
  }

  std::uint64_t finish() override {
    try {
      inner_->flush(Flush::now);
      if (!process_) return 0;
      process_->finish();
      states_.ended_well();
      if (!states_.any_given_back()) {
        log_.warn({},
                  process_->name() + " gave no state back: none is stored, and the next run begins where this one did");
      } else if (!states_.all_safe()) {
        log_.warn({}, process_->name() + " did not give every state back: the next run repeats what those cover");
      }
    } catch (const Error& error) {
      failed_ = error;  // what it gave back before is safe nevertheless
    }
    return states_.safe();
  }

  void close(integ_status) override {
    if (failed_) throw Error(*failed_);
  }

 private:
  void write(std::span<const std::string_view> parts) override {
    if (!process_) start();
    // Known before it goes out, or a quick target's answer would be taken for something else.
    if (!parts.empty() && parts.front().starts_with(kStateHead)) {
      std::string line;
      for (const std::string_view part : parts) line += part;
      written_ = state_in(json::Document::parse(line).root(), kind_);
      wrote_ = written_.has_value();
      if (wrote_) states_.wrote(ticket_, written_->scope, written_->hash);
    }
    process_->write(parts);
  }
  void flush() override {
    if (process_) process_->flush();
  }
  void sync() override { flush(); }

  bool needs_catalog() const {
    return kind_ == TargetKind::airbyte && std::find(command_.begin(), command_.end(), "--catalog") == command_.end();
  }

  void start() {
    std::vector<std::string> command = command_;
    if (needs_catalog()) {
      catalog_.emplace(configured_catalog(streams_));
      command.insert(command.end(), {"--catalog", catalog_->path()});
    }
    process_.emplace(command, folder_, log_, grace_,
                     [this](TargetProcess& process, std::string_view line) { hear(process, line); });
  }

  // On the process's thread.
  void hear(TargetProcess& process, std::string_view line) {
    std::optional<json::Document> message;
    try {
      message = json::Document::parse(std::string(line));
    } catch (const Error&) {  // no protocol's
    }
    if (message && message->root().is_object()) {
      // A target's log line may be an object too.
      const auto state = state_in(message->root(), kind_);
      if (state && (!state->doubtful || states_.is_known(state->scope, state->hash))) {
        states_.given_back(state->scope, state->hash);
        return;
      }
      if (kind_ == TargetKind::airbyte) return hear_message(process, message->root());
    }
    log_.info({}, process.name() + ": " + std::string(line));
  }

  void hear_message(TargetProcess& process, const json::Node& message) {
    const std::string_view type = message.string("type");
    if (const json::Node* log = type == "LOG" ? message.member("log") : nullptr; log != nullptr) {
      const std::string_view level = log->string("level");
      const Level as = level == "ERROR" || level == "FATAL" ? Level::error
                       : level == "WARN"                    ? Level::warn
                       : level == "INFO"                    ? Level::info
                                                            : Level::debug;
      log_.write(as, {}, process.name() + ": " + std::string(log->string("message")));
    }
    const json::Node* trace = type == "TRACE" ? message.member("trace") : nullptr;
    const json::Node* error = trace == nullptr ? nullptr : trace->member("error");
    if (error != nullptr) process.remember(sanitised(error->string("message"), 1000));
  }

  TargetKind kind_;
  std::vector<std::string> command_;
  std::string folder_;
  Log& log_;
  Grace grace_;
  std::vector<SelectedStream> streams_;
  std::optional<SaidState> written_;  // the last state that went out
  bool wrote_ = false;                // since state() was called
  std::uint64_t ticket_ = 0;          // of the state that is being written
  TargetStates states_;
  std::optional<Error> failed_;
  std::optional<ConfiguredCatalogFile> catalog_;
  std::optional<TargetProcess> process_;
  std::unique_ptr<Session> inner_;
};

}  // namespace

std::vector<std::string> command_of(const SessionContext& context) {
  std::vector<std::string> out;
  const json::Node* command = context.options == nullptr ? nullptr : context.options->member("command");
  for (std::uint64_t i = 0; command != nullptr && i < command->count; ++i) out.emplace_back(command->items[i].text);
  return out;
}

std::unique_ptr<Session> target_session(const SessionContext& context, TargetKind kind, const OpenInner& inner) {
  if (context.options->member("path") != nullptr) {
    throw Error(Kind::config, "path and command are two different outputs; expected one of them");
  }
  return std::make_unique<TargetSession>(context, kind, inner);
}

std::string command_option_schema() {
  return R"("command":{"type":"array","items":{"type":"string"},"minItems":1,"title":"Command",)"
         R"("description":"A program that is fed instead of standard output, and its arguments."})";
}

}  // namespace integ::protocol
