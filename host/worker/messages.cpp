#include "worker/messages.hpp"

#include "base/text.hpp"
#include "json/document_builder.hpp"
#include "plugin/stream_descriptor.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace integ::worker {
namespace {

void put(FrameWriter& out, const std::vector<Key>& keys) {
  out.count(keys.size());
  for (const Key& key : keys) {
    out.text(key.pointer);
    out.i32(key.order);
  }
}

std::vector<Key> get_keys(FrameReader& in) {
  std::vector<Key> out(in.count(12));
  for (Key& key : out) {
    key.pointer = in.text();
    key.order = in.i32();
  }
  return out;
}

json::Document parsed(std::string text, const std::optional<json::Document::Elision>& elision) {
  if (elision && (elision->offset >= text.size() || text.compare(elision->offset, 2, "[]") != 0)) {
    throw BrokenFrame("it cuts something out of what is no empty array");
  }
  try {
    if (elision) return json::DocumentBuilder::build_skeleton(std::move(text), elision->offset, elision->count);
    return json::DocumentBuilder::build(std::move(text));
  } catch (const json::SyntaxError&) {
    throw BrokenFrame("it holds a document that is no JSON");
  }
}

enum class BodyIs : std::uint8_t { absent, here, far, end };

}  // namespace

void put_task(FrameWriter& out, const bridge::Entry& entry, const bridge::Context& context) {
  out.u8(static_cast<std::uint8_t>(entry.function));
  out.u8(static_cast<std::uint8_t>(context.phase()));
  const bool discovered = entry.stream != nullptr && entry.stream->info.discovered;
  out.text(entry.stream == nullptr || discovered ? std::string_view() : entry.stream->info.name);
  out.flag(discovered);
  if (discovered) put(out, entry.stream->info);
  put(out, context.documents());
}

Task get_task(FrameReader& in) {
  Task out;
  out.function = static_cast<bridge::Function>(in.u8());
  out.phase = static_cast<bridge::Phase>(in.u8());
  if (out.function > bridge::Function::interleaved || out.phase > bridge::Phase::finish) {
    throw BrokenFrame("it holds a function that does not exist");
  }
  out.stream = in.text();
  if (in.flag()) out.discovered = get_stream(in);
  out.documents = get_documents(in);
  return out;
}

bridge::Documents get_documents(FrameReader& in) {
  bridge::Documents out;
  for (auto& document : out) {
    if (in.flag()) document = std::make_shared<const json::Document>(parsed(std::string(in.bytes()), std::nullopt));
  }
  return out;
}

void put(FrameWriter& out, const bridge::Documents& documents) {
  for (const auto& document : documents) {
    out.flag(document != nullptr);
    if (document) out.text(document->text());
  }
}

void put(FrameWriter& out, const Error& error) {
  out.u8(static_cast<std::uint8_t>(error.kind()));
  out.i32(error.status());
  out.i32(error.http_status());
  out.text(error.message());
  const Where& where = error.where();
  for (const std::string* part : {&where.file, &where.pipeline, &where.stream, &where.slice, &where.request}) {
    out.text(*part);
  }
  out.i32(where.line);
  out.i32(where.column);
}

Error get_error(FrameReader& in) {
  const auto kind = static_cast<Kind>(in.u8());
  if (kind > Kind::internal) throw BrokenFrame("it holds a kind of error that does not exist");
  const integ_status status = in.i32();
  const int http_status = in.i32();
  std::string message = replace_invalid_utf8(in.bytes());
  // As it was made: by its kind, or by a status that says more.
  const bool by_kind = status == status_of(kind) && http_status == 0;
  Error out = by_kind ? Error(kind, std::move(message)) : Error::of_status(status, std::move(message), http_status);
  Where where;
  for (std::string* part : {&where.file, &where.pipeline, &where.stream, &where.slice, &where.request}) {
    *part = replace_invalid_utf8(in.bytes());
  }
  where.line = in.i32();
  where.column = in.i32();
  out.at(where);
  return out;
}

void put(FrameWriter& out, const bridge::Context::Said& said) {
  out.flag(said.host_error.has_value());
  if (said.host_error) put(out, *said.host_error);
  out.optional_text(said.by_plugin);
}

bridge::Context::Said get_said(FrameReader& in) {
  bridge::Context::Said out;
  if (in.flag()) out.host_error = get_error(in);
  out.by_plugin = in.optional_text();
  return out;
}

void put(FrameWriter& out, const std::vector<http::Header>& headers) {
  out.count(headers.size());
  for (const http::Header& header : headers) {
    out.text(header.name);
    out.text(header.value);
    out.flag(header.secret);
  }
}

std::vector<http::Header> get_headers(FrameReader& in) {
  std::vector<http::Header> out(in.count(17));
  for (http::Header& header : out) {
    header.name = in.bytes();  // of an answer: whatever the server sent
    header.value = in.bytes();
    header.secret = in.flag();
  }
  return out;
}

void put(FrameWriter& out, const bridge::Request& request) {
  out.text(request.http.method);
  out.text(request.http.url);
  put(out, request.http.headers);
  out.text(request.http.body);
  out.i64(request.http.timeout.count());
  out.flag(request.http.retry_safe);
  out.flag(request.http.rebuild);
  out.flag(request.no_auth);
  out.text(request.parser);
}

bridge::Request get_request(FrameReader& in) {
  bridge::Request out;
  out.http.method = in.text();
  out.http.url = in.text();
  out.http.headers = get_headers(in);
  for (const http::Header& header : out.http.headers) {
    if (find_invalid_utf8(header.name) != std::string_view::npos ||
        find_invalid_utf8(header.value) != std::string_view::npos) {
      throw BrokenFrame("it holds a header that is no UTF-8");
    }
  }
  out.http.body = in.bytes();
  const std::int64_t timeout = in.i64();
  if (timeout < 0 || timeout > std::numeric_limits<std::uint32_t>::max()) {
    throw BrokenFrame("it holds a time that can't be");
  }
  out.http.timeout = std::chrono::milliseconds(timeout);
  out.http.retry_safe = in.flag();
  out.http.rebuild = in.flag();
  out.no_auth = in.flag();
  out.parser = in.text();
  out.reader = json::ReaderSpec::parse(out.parser);
  return out;
}

void put(FrameWriter& out, const bridge::Emit& emit) {
  out.text(emit.slice.records);
  out.text(emit.slice.record);
  out.text(emit.slice.extra);
  out.text(emit.total);
  out.flag(emit.slice.keep);
  out.flag(emit.slice.allow_missing);
  out.flag(emit.streaming);
  out.flag(emit.distinct);
  out.count(emit.slice.observe.size());
  for (const json::Observe& observe : emit.slice.observe) {
    out.text(observe.pointer);
    out.u8(static_cast<std::uint8_t>(observe.what));
    out.flag(observe.time);
  }
}

bridge::Emit get_emit(FrameReader& in) {
  bridge::Emit out;
  out.slice.records = in.text();
  out.slice.record = in.text();
  out.slice.extra = in.text();
  out.total = in.text();
  for (const std::string* pointer : {&out.slice.records, &out.slice.record, &out.total}) {
    if (!pointer->empty() && pointer->front() != '/') throw BrokenFrame("it holds a pointer that is none");
  }
  out.slice.keep = in.flag();
  out.slice.allow_missing = in.flag();
  out.streaming = in.flag();
  out.distinct = in.flag();
  out.slice.observe.resize(in.count(10));
  for (json::Observe& observe : out.slice.observe) {
    observe.pointer = in.text();
    observe.what = static_cast<json::Observe::What>(in.u8());
    if (observe.what > json::Observe::What::all) throw BrokenFrame("it holds an observation that does not exist");
    observe.time = in.flag();
  }
  return out;
}

void put_page(FrameWriter& out, const bridge::Page& page) {
  out.i32(page.answer.status);
  out.text(page.answer.url);
  put(out, page.answer.headers);
  const http::Body& body = page.answer.body;
  // The JSON of a body is made of it again, when somebody asks.
  const bool is_body = page.json && !page.json->elision() && body && page.json->text() == *body;
  out.flag(page.json && !is_body);
  if (page.json && !is_body) {
    const std::optional<json::Document::Elision>& elision = page.json->elision();
    out.text(page.json->text());
    out.flag(elision.has_value());
    out.u64(elision ? elision->offset : 0);
    out.u64(elision ? elision->count : 0);
  }
  out.count(page.observed.size());
  for (const std::string& observed : page.observed) out.text(observed);
  // Of an emission nobody wants the records again.
  const bool at_once = body && !page.emitted && body->size() <= kBodyAtOnce;
  out.u8(static_cast<std::uint8_t>(!body ? BodyIs::absent : at_once ? BodyIs::here : BodyIs::far));
  if (at_once) out.text(*body);
}

void get_page(FrameReader& in, bridge::Page& page) {
  page.empty();
  page.answer.status = in.i32();
  page.answer.url = in.bytes();
  page.answer.headers = get_headers(in);
  if (in.flag()) {
    std::string text(in.bytes());
    const bool cut = in.flag();
    const json::Document::Elision elision{in.u64(), in.u64()};
    page.json = parsed(std::move(text), cut ? std::optional(elision) : std::nullopt);
  }
  page.observed.resize(in.count(8));
  for (std::string& observed : page.observed) observed = in.bytes();
  const BodyIs body = in.one_of(BodyIs::end);
  page.body_is_far = body == BodyIs::far;
  if (body == BodyIs::here) page.answer.body = std::make_shared<std::string>(in.bytes());
}

void put(FrameWriter& out, const Stream& stream) {
  out.text(stream.name);
  out.text(stream.name_space);
  out.text(stream.json_schema);
  put(out, stream.primary_key);
  put(out, stream.order_by);
  put(out, stream.iterate_by);
  for (const bool flag : {stream.incremental, stream.custom_primary_key, stream.custom_order_by,
                          stream.custom_iterate_by, stream.resumable}) {
    out.flag(flag);
  }
  out.text(stream.data);
  out.text(stream.annotations);
}

std::unique_ptr<plugin::LoadedStream> get_stream(FrameReader& in) {
  Stream stream;
  stream.name = in.text();
  stream.name_space = in.text();
  stream.json_schema = in.text();
  stream.primary_key = get_keys(in);
  stream.order_by = get_keys(in);
  stream.iterate_by = get_keys(in);
  for (bool* flag : {&stream.incremental, &stream.custom_primary_key, &stream.custom_order_by,
                     &stream.custom_iterate_by, &stream.resumable}) {
    *flag = in.flag();
  }
  stream.data = in.text();
  stream.annotations = in.text();
  plugin::StreamDescriptor made(stream);
  made.descriptor.data = {stream.data.data(), stream.data.size()};
  return plugin::read_discovered_stream(&made.descriptor, "the discovered stream");
}

}  // namespace integ::worker
