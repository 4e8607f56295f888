#include "sync/acceptors.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

using Judgement = http::Acceptor::Judgement;
using Verdict = http::Acceptor::Verdict;

std::string_view without_bom(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  return trimmed(body);
}

// What an error may show of the body. Raw and much more than will be shown, since a secret that is cut before it is
// masked would show in part.
std::string piece_of(std::string_view body) { return std::string(body.substr(0, 4096)); }

bool looks_like_html(std::string_view body) { return without_bom(body).starts_with('<'); }

}  // namespace

std::string json_value_at(const http::Answer& answer, std::string_view pointer) {
  if (!answer.body) return {};
  try {
    const json::Document document = json::Document::parse(*answer.body);
    const json::Node* node = document.find(pointer);
    return node == nullptr ? std::string() : std::string(node->text);
  } catch (const Error&) {
    return {};  // no JSON: there is no value
  }
}

bool is_torn(const http::Answer& answer, std::string_view body) { return !answer.delimited && !body.ends_with('\n'); }

Judgement torn_judgement() {
  return {Verdict::cut, "the connection ended inside a line, and nothing told the end of the answer"};
}

Judgement judgement_of(const json::SliceError& error, std::string_view body) {
  if (looks_like_html(body)) {
    return {Verdict::html, "expected JSON, but the answer is a page of HTML", piece_of(body)};
  }
  switch (error.why) {
    case json::SliceError::Why::cut:
      if (body.empty()) return {Verdict::cut, "expected JSON, but the answer is empty"};
      return {Verdict::cut, "the JSON ends too early: " + error.message};
    case json::SliceError::Why::malformed:
      return {Verdict::malformed, "the answer is not JSON: " + error.message};
    case json::SliceError::Why::no_array:
    case json::SliceError::Why::no_object:
      return {Verdict::refuse, error.message, piece_of(body.substr(std::min(error.offset, body.size())))};
    case json::SliceError::Why::invalid_utf8:
    case json::SliceError::Why::too_deep:
      break;
  }
  return {Verdict::refuse, error.message};
}

void SliceAcceptor::begin() {
  slicer_.reset();
  failed_.reset();
  slices_.reset();
}

void SliceAcceptor::head(const http::Answer& answer) {
  const bool lines = format_.is_lines(answer);
  if (lines == options_.lines) return;
  options_.lines = lines;
  slicer_ = json::Slicer(options_);
}

void SliceAcceptor::more(std::string& body) {
  if (failed_) return;  // the rest is only read to its end
  try {
    slicer_.feed(body);
  } catch (const json::SliceError& error) {
    failed_ = error;
  }
}

Judgement SliceAcceptor::judge(http::Answer& answer) {
  try {
    if (failed_) throw json::SliceError(*failed_);
    if (options_.lines && is_torn(answer, *answer.body)) return torn_judgement();
    slices_ = slicer_.finish(*answer.body);
    return {};
  } catch (const json::SliceError& error) {
    return judgement_of(error, *answer.body);
  }
}

std::string SliceAcceptor::value_at(const http::Answer& answer, std::string_view pointer) {
  return json_value_at(answer, pointer);
}

Judgement BodyAcceptor::judge(http::Answer& answer) {
  const std::string_view body = without_bom(*answer.body);
  if (format_.is_lines(answer)) return judge_lines(answer);
  if (!body.starts_with('{') && !body.starts_with('[')) return {};
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

Judgement BodyAcceptor::judge_lines(http::Answer& answer) {
  if (is_torn(answer, *answer.body)) return torn_judgement();
  json::Slicer slicer({.records = "", .keep = true, .lines = true});
  try {
    json_ = slicer.finish(*answer.body).skeleton;
    return {};
  } catch (const json::SliceError& error) {
    return judgement_of(error, *answer.body);
  }
}

std::string BodyAcceptor::value_at(const http::Answer& answer, std::string_view pointer) {
  return json_value_at(answer, pointer);
}

}  // namespace integ::sync
