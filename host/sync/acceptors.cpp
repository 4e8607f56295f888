#include "sync/acceptors.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

using Judgement = http::Acceptor::Judgement;
using Verdict = http::Acceptor::Verdict;

std::string_view text_of(std::string_view body) { return trimmed(without_byte_order_mark(body)); }

// Where JSON is expected, whatever begins like a tag.
bool looks_like_html(std::string_view body) { return text_of(body).starts_with('<'); }

// Nothing where the text is no JSON.
std::optional<std::string> json_value_at(const std::string& text, std::string_view pointer) {
  try {
    const json::Document document = json::Document::parse(text);
    const json::Node* node = document.find(pointer);
    return node == nullptr ? std::string() : std::string(node->text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

bool is_torn(const http::Answer& answer, std::string_view body) { return !answer.delimited && !body.ends_with('\n'); }

Judgement torn_judgement() {
  return {Verdict::cut, "the connection ended inside a line, and nothing told the end of the answer"};
}

BodyReader BodyReader::of_lines() const {
  json::ReaderSpec spec = spec_;
  spec.format = json::ReaderSpec::Format::lines;
  spec.name = "jsonl";
  return {std::move(spec), limits_};
}

bool BodyReader::has_to_read(std::string_view body) const noexcept {
  return !plain() || (spec_.format == json::ReaderSpec::Format::any && json::is_packed(body));
}

json::ReadBody BodyReader::read_as_json(const http::Answer& answer) const {
  const std::string* type = answer.header("Content-Type");
  const std::string* encoding = answer.header("Content-Encoding");
  const json::BodyLabels labels{
      .content_type = type == nullptr ? std::string_view() : *type,
      .was_encoded = encoding != nullptr && !equal_ignoring_case(trimmed(*encoding), "identity")};
  return json::read_body(spec_, *answer.body, labels, limits_);
}

std::uint64_t BodyReader::read(http::Answer& answer) const {
  json::ReadBody read = read_as_json(answer);
  *answer.body = std::move(read.json);
  return read.replaced;
}

// The one thing that is always forgotten: two elements are an array by themselves, one is not.
std::string BodyReader::array_hint(std::string_view records) const {
  if (spec_.format != json::ReaderSpec::Format::xml || records.empty()) return {};
  std::string path(records.substr(1));
  std::replace(path.begin(), path.end(), '/', '.');
  return "; in XML, one element alone or none is an array where the parser says so: xml?array=" + path;
}

std::string BodyReader::value_at(const http::Answer& answer, std::string_view pointer) const {
  if (!answer.body) return {};
  if (std::optional<std::string> value = json_value_at(*answer.body, pointer)) return std::move(*value);
  if (!has_to_read(*answer.body)) return {};
  try {
    return json_value_at(read_as_json(answer).json, pointer).value_or(std::string());
  } catch (const json::ReadError&) {
    return {};
  }
}

Judgement judgement_of(const json::SliceError& error, std::string_view body) {
  if (looks_like_html(body)) {
    return {Verdict::html, "expected JSON, but the answer is a page of HTML", json::piece_at(body, 0)};
  }
  switch (error.why) {
    case json::SliceError::Why::cut:
      if (body.empty()) return {Verdict::cut, "expected JSON, but the answer is empty"};
      return {Verdict::cut, "the JSON ends too early: " + error.message};
    case json::SliceError::Why::malformed:
      return {Verdict::malformed, "the answer is not JSON: " + error.message};
    case json::SliceError::Why::no_array:
    case json::SliceError::Why::no_object:
      return {Verdict::refuse, error.message, json::piece_at(body, error.offset)};
    case json::SliceError::Why::invalid_utf8:
    case json::SliceError::Why::too_deep:
      break;
  }
  return {Verdict::refuse, error.message};
}

Judgement judgement_of(const json::ReadError& error) {
  const auto verdict = [&] {
    switch (error.why) {
      case json::ReadError::Why::cut:
        return Verdict::cut;
      case json::ReadError::Why::malformed:
        return Verdict::malformed;
      case json::ReadError::Why::html:
        return Verdict::html;
      case json::ReadError::Why::too_large:
        return Verdict::too_large;
      case json::ReadError::Why::refused:
        break;
    }
    return Verdict::refuse;
  };
  return {verdict(), error.message, error.piece};
}

SliceAcceptor::SliceAcceptor(const json::SliceOptions& options, BodyReader reader)
    : reader_(std::move(reader)),
      format_(BodyFormat::of(reader_.spec(), options.records)),
      options_(options),
      slicer_(options) {}

void SliceAcceptor::begin() {
  slicer_.reset();
  failed_.reset();
  slices_.reset();
}

void SliceAcceptor::head(const http::Answer& answer) {
  // In a wrapper they are an array by the time when they can be sliced.
  const bool lines = format_.is_lines(answer) && reader_.spec().wrappers.empty();
  if (lines == options_.lines) return;
  options_.lines = lines;
  slicer_ = json::Slicer(options_);
}

void SliceAcceptor::more(std::string& body) {
  if (failed_ || !(reader_.plain() || options_.lines)) return;  // the rest is only read to its end
  try {
    slicer_.feed(body);
  } catch (const json::SliceError& error) {
    failed_ = error;
  }
}

Judgement SliceAcceptor::judge(http::Answer& answer) {
  try {
    std::uint64_t replaced = 0;
    if (!options_.lines && reader_.has_to_read(*answer.body)) {
      replaced = reader_.read(answer);
      slicer_.reset();
      failed_.reset();
    }
    if (failed_) throw json::SliceError(*failed_);
    if (options_.lines && is_torn(answer, *answer.body)) return torn_judgement();
    slices_ = slicer_.finish(*answer.body);
    slices_->replaced_utf8 += replaced;
    return {};
  } catch (const json::ReadError& error) {
    return judgement_of(error);
  } catch (const json::SliceError& error) {
    Judgement judgement = judgement_of(error, *answer.body);
    if (error.why == json::SliceError::Why::no_array) judgement.message += reader_.array_hint(options_.records);
    return judgement;
  }
}

std::string SliceAcceptor::value_at(const http::Answer& answer, std::string_view pointer) {
  return reader_.value_at(answer, pointer);
}

Judgement BodyAcceptor::judge(http::Answer& answer) {
  const bool lines = BodyFormat::of(reader_.spec(), {}).is_lines(answer);
  if (lines && reader_.spec().wrappers.empty() && is_torn(answer, *answer.body)) return torn_judgement();
  if (lines || !reader_.plain()) {
    try {
      static_cast<void>((lines ? reader_.of_lines() : reader_).read(answer));
    } catch (const json::ReadError& error) {
      return judgement_of(error);
    }
  }
  const std::string_view body = text_of(*answer.body);
  if (!reader_.wants_json() && !body.starts_with('{') && !body.starts_with('[')) return {};
  // The slicer tells a text that was cut from one that never was JSON.
  json::Slicer slicer({.records = "", .allow_missing = true});
  try {
    static_cast<void>(slicer.finish(*answer.body));
  } catch (const json::SliceError& error) {
    const bool broken = error.why == json::SliceError::Why::cut || error.why == json::SliceError::Why::malformed;
    if (broken) return judgement_of(error, *answer.body);
  }
  json_ = json::Document::parse(*answer.body, "the answer");
  return {};
}

std::string BodyAcceptor::value_at(const http::Answer& answer, std::string_view pointer) {
  return reader_.value_at(answer, pointer);
}

}  // namespace integ::sync
