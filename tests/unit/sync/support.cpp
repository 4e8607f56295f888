#include "support.hpp"

#include "json/document.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync::testing {

void Lines::write(const LogLine& line) {
  const std::lock_guard lock(mutex_);
  lines_.push_back(std::string(name_of(line.level)) + " [" + line.stream + "] " + line.message);
}

std::size_t Lines::with(std::string_view part) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(
      lines_.begin(), lines_.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; }));
}

void Recorder::keep(std::string call) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(std::move(call));
  changed_.notify_all();
}

void Recorder::stream(const Stream& stream, const Selection&) { keep("stream " + stream.name); }

std::optional<std::string> Recorder::restore(const Stream& stream) {
  const auto found = restored.find(stream.name);
  return found == restored.end() ? std::nullopt : std::optional(found->second);
}

void Recorder::records(const Batch& batch) {
  std::string call = "records " + batch.stream->name;
  for (const std::string_view record : batch.records) {
    const json::Document document = json::Document::parse(std::string(record));
    const json::Node* id = document.find("/id");
    call += ' ' + std::string(id == nullptr || document.root().count > 1 ? record : id->text);
  }
  keep(std::move(call));
  record_count += batch.records.size();
  if (on_records) on_records(batch);
}

void Recorder::state(const Stream& stream, std::string_view json, std::uint64_t ticket) {
  EXPECT_GT(ticket, last_ticket_) << "tickets rise";
  last_ticket_ = ticket;
  keep("state " + stream.name + " " + std::string(json));
}

void Recorder::event(protocol::Event kind, std::string_view json) {
  const json::Document document = json::Document::parse(std::string(json));
  const auto member = [&](const char* key) { return std::string(document.root().string(key)); };
  switch (kind) {
    case protocol::Event::stream_status:
      return keep("event " + member("stream") + " " + member("status"));
    case protocol::Event::error:
      return keep("error " + member("stream") + " " + member("message"));
    case protocol::Event::log:
      return keep("log " + member("stream") + " " + member("message"));
    case protocol::Event::estimate:
      return keep("event " + member("stream") + " ESTIMATE " + std::string(document.find("/rows")->text));
    default:
      return keep("event of another kind");
  }
}

std::uint64_t Recorder::flush(protocol::Flush how) {
  keep(how == protocol::Flush::now ? "flush now" : "flush ask");
  if (on_flush) on_flush();
  return confirm ? confirm(how, last_ticket_) : last_ticket_;
}

void Recorder::close(integ_status) { keep("close"); }

std::vector<std::string> Recorder::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::vector<std::string> Recorder::of(const std::string& stream) const {
  std::vector<std::string> out;
  for (const std::string& call : calls()) {
    const std::size_t space = call.find(' ');
    const std::string_view rest =
        space == std::string::npos ? std::string_view() : std::string_view(call).substr(space + 1);
    if (rest == stream || rest.starts_with(stream + " "))
      out.push_back(call.substr(0, space) + std::string(rest.substr(stream.size())));
  }
  return out;
}

std::size_t Recorder::count(const std::string& call) const {
  const std::vector<std::string> all = calls();
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), call));
}

void Recorder::wait_for(const std::string& word, std::size_t times) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return static_cast<std::size_t>(std::count_if(
               calls_.begin(), calls_.end(), [&](const std::string& call) { return call.starts_with(word); })) >= times;
  });
}

Pages& Pages::page(const std::string& url, std::string body, int status) {
  return answer(url, [body = std::move(body), status](const http::Request&) { return Page{status, body}; });
}

Pages& Pages::answer(const std::string& url, Answer given) {
  const std::lock_guard lock(mutex_);
  answers_[url] = std::move(given);
  return *this;
}

void Pages::perform(const http::Attempt& attempt, http::Receiver& receiver, const Cancellation& cancellation) {
  cancellation.throw_if_cancelled();
  Answer given;
  {
    const std::lock_guard lock(mutex_);
    ++asked_[attempt.request->url];
    if (const auto found = answers_.find(attempt.request->url); found != answers_.end()) given = found->second;
  }
  Page page = given ? given(*attempt.request) : Page{404, "no such page"};
  const bool labelled = std::any_of(page.headers.begin(), page.headers.end(),
                                    [](const http::Header& header) { return header.name == "Content-Type"; });
  if (!labelled) page.headers.push_back({"Content-Type", "application/json"});
  receiver.head(page.status, std::move(page.headers));
  const std::size_t piece = page.piece == 0 ? page.body.size() : page.piece;
  for (std::size_t at = 0; at < page.body.size(); at += piece) {
    receiver.piece(std::string_view(page.body).substr(at, piece));
  }
  if (page.cut) throw http::TransportError{http::TransportError::Why::reset, "connection reset by peer", false};
}

std::size_t Pages::asked(const std::string& url) const {
  const std::lock_guard lock(mutex_);
  const auto found = asked_.find(url);
  return found == asked_.end() ? 0 : found->second;
}

namespace {

template <Function Functions::*Member>
integ_status entered(void* self, const integ_host* host, integ_http_context* context) {
  return (static_cast<Functions*>(self)->*Member)(*host, context);
}

integ_runner runner_of(const Functions& functions) {
  integ_runner out{};
  out.size = sizeof out;
  if (functions.run) out.run = entered<&Functions::run>;
  if (functions.slices) out.slices = entered<&Functions::slices>;
  if (functions.check) out.check = entered<&Functions::check>;
  if (functions.finish) out.finish = entered<&Functions::finish>;
  return out;
}

}  // namespace

TestConnector::TestConnector() {
  loaded.info.name = "test";
  loaded.info.version = "1.0.0";
  loaded.info.config_schema = R"({"type":"object","properties":{"token":{"type":"string","airbyte_secret":true}}})";
  loaded.info.allowed_hosts = {"api.test"};
}

plugin::LoadedStream& TestConnector::stream(const std::string& name, Functions functions, std::uint32_t flags) {
  functions_.push_back(std::make_unique<Functions>(std::move(functions)));
  const integ_runner runner = runner_of(*functions_.back());
  const integ_field key{str("/id"), 0, 0};
  integ_stream declared{};
  declared.size = sizeof declared;
  declared.flags = flags | INTEG_STREAM_INCREMENTAL;
  declared.name = str(name);
  declared.json_schema = str(R"({"type":"object","properties":{"id":{"type":"integer"},"name":{"type":"string"}}})");
  declared.primary_key = &key;
  declared.primary_key_count = 1;
  declared.runner = functions_.back()->run ? &runner : nullptr;
  declared.self = functions_.back().get();
  loaded.streams.push_back(plugin::read_stream(&declared, "test"));
  loaded.streams.back()->info.interleaved = !loaded.streams.back()->has_runner;
  return *loaded.streams.back();
}

void TestConnector::discover(Function function) {
  own_.discover = std::move(function);
  loaded.self = &own_;
  loaded.discover = [](void* self, const integ_host* host, integ_http_context* context) {
    return static_cast<Own*>(self)->discover(*host, context);
  };
}

void TestConnector::authorize(Function function) {
  own_.authorize = std::move(function);
  loaded.self = &own_;
  loaded.authorize = [](void* self, const integ_host* host, integ_http_context* context) {
    return static_cast<Own*>(self)->authorize(*host, context);
  };
}

void TestConnector::interleaved(Function function) {
  own_.interleaved.run = std::move(function);
  loaded.self = &own_;
  loaded.has_interleaved = true;
  loaded.interleaved.size = sizeof loaded.interleaved;
  loaded.interleaved.run = [](void* self, const integ_host* host, integ_http_context* context) {
    return static_cast<Own*>(self)->interleaved.run(*host, context);
  };
}

void TestConnector::dynamic(Functions functions) {
  own_.dynamic = std::move(functions);
  loaded.self = &own_;
  loaded.has_dynamic = true;
  loaded.dynamic.size = sizeof loaded.dynamic;
  loaded.dynamic.run = [](void* self, const integ_host* host, integ_http_context* context) {
    return static_cast<Own*>(self)->dynamic.run(*host, context);
  };
}

Source::Source(World& world, const TestConnector& connector, const std::string& config, const http::Settings& settings)
    : connection(std::make_shared<plugin::Plugin>(), connector.loaded, config, settings, *transport, world.services()) {
}

integ_str str(std::string_view text) { return {text.data(), text.size()}; }

std::string text_of(const integ_value& value) {
  return value.text.data == nullptr ? std::string() : std::string(value.text.data, value.text.size);
}

integ_status emit(const integ_host& host, integ_http_context* context, const std::string& url, std::uint32_t flags) {
  integ_request request{};
  request.size = sizeof request;
  request.url = str(url);
  integ_emit options{};
  options.size = sizeof options;
  options.flags = flags;
  options.records = str("/items");
  integ_response* answer = nullptr;
  std::uint64_t emitted = 0;
  const integ_status status = host.emit_batch(context, &request, &options, &answer, &emitted);
  host.response_release(context, answer);
  return status;
}

integ_status emit_state(const integ_host& host, integ_http_context* context, std::string_view json) {
  return host.emit_state(context, str(json));
}

std::string document(const integ_host& host, integ_http_context* context, std::int32_t which) {
  integ_value value{};
  value.size = sizeof value;
  EXPECT_EQ(host.get(context, host.document(context, which), str(""), &value), INTEG_OK);
  return text_of(value);
}

std::string items(int first, int last) {
  std::string out = R"({"items":[)";
  for (int id = first; id <= last; ++id) out += (id > first ? "," : "") + (R"({"id":)" + std::to_string(id) + "}");
  return out + "]}";
}

SelectedStream selected(const plugin::LoadedStream& stream, SyncMode mode) {
  SelectedStream out;
  out.stream = stream.info;
  out.selection.sync_mode = mode;
  return out;
}

ReadRequest everything(const TestConnector& connector, SyncMode mode) {
  ReadRequest out;
  for (const auto& stream : connector.loaded.streams) out.catalog.streams.push_back(selected(*stream, mode));
  return out;
}

const StreamResult& result_of(const ReadResult& result, const std::string& stream) {
  for (const StreamResult& one : result.streams) {
    if (one.id.name == stream) return one;
  }
  throw std::runtime_error("no result of stream " + stream);
}

Output::Commit Commits::function() {
  return [this](const Stream& stream, const std::string& json) { by_stream[stream.name].push_back(json); };
}

}  // namespace integ::sync::testing
