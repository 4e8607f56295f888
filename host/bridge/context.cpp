#include "bridge/context.hpp"

#include <algorithm>
#include <utility>

namespace integ::bridge {

Context::Context(Phase phase, Backend& backend, Documents documents, const integ_stream* stream)
    : phase_(phase), backend_(backend), documents_(std::move(documents)), stream_(stream) {}

const http::Body& Page::body() const {
  if (!body_is_far) return answer.body;
  if (!brought) brought = far->body();
  return brought;
}

void Page::empty() {
  answer = {};
  json.reset();
  observed.clear();
  observed_documents.clear();
  emitted = false;
  body_is_far = false;
  brought.reset();
}

const json::Node& Context::document(std::size_t which) const {
  static const json::Document kNull;
  return documents_[which] ? documents_[which]->root() : kNull.root();
}

Page* Context::new_page() {
  pages_.push_back(std::make_unique<Page>());
  return pages_.back().get();
}

void Context::release(Page* page) noexcept {
  std::erase_if(pages_, [page](const std::unique_ptr<Page>& held) { return held.get() == page; });
}

const json::Node* Context::observed_node(const Page& page, std::size_t index) {
  if (page.observed[index].empty()) return nullptr;
  page.observed_documents.resize(page.observed.size());
  std::unique_ptr<json::Document>& slot = page.observed_documents[index];
  if (!slot) slot = std::make_unique<json::Document>(json::Document::parse(page.observed[index]));
  return &slot->root();
}

integ_status Context::record(const Error& error) {
  host_error_ = error;
  shown_error_ = error.what();
  return error.status();
}

integ_status Context::record_flow(Flow flow) noexcept {
  switch (flow) {
    case Flow::stop:
      stop_given_ = true;
      return INTEG_STOP;
    case Flow::again:
      return INTEG_AGAIN;
    case Flow::ok:
      break;
  }
  return INTEG_OK;
}

integ_status Context::fail(integ_status status, std::string message) {
  said_ = std::move(message);
  return status < 0 ? status : INTEG_E_INTERNAL;
}

void Context::say(Said said) {
  host_error_ = std::move(said.host_error);
  said_ = std::move(said.by_plugin);
}

void Context::adopt(Context& opened, integ_status returned) {
  stop_given_ = stop_given_ || opened.stop_given_;
  // Of several that failed, the one whose error was returned.
  const bool is_it = opened.host_error_ && opened.host_error_->status() == returned;
  if (opened.host_error_ && (is_it || !host_error_)) host_error_ = std::exchange(opened.host_error_, std::nullopt);
  if (opened.said_ && (is_it || !said_)) said_ = std::exchange(opened.said_, std::nullopt);
}

Flow Context::conclude(integ_status returned) {
  const std::optional<std::string> said = std::exchange(said_, std::nullopt);
  const std::optional<Error> cause = std::exchange(host_error_, std::nullopt);
  warning_.reset();
  if (returned == INTEG_OK) {
    warning_ = said;
    return Flow::ok;
  }
  if (returned == INTEG_STOP && stop_given_) return Flow::stop;
  // Woken by a cancellation, a plug-in may call it what it likes.
  const bool cut_short = returned == INTEG_CANCELLED || (cause && cause->kind() == Kind::cancelled);
  if (cut_short && backend_.cancelled()) throw Error(Kind::cancelled, "cancelled");
  if (returned > 0) {
    throw Error(Kind::plugin, "the plug-in returned status " + std::to_string(returned) +
                                  (returned == INTEG_STOP ? " (STOP)" : "") + " without having been given it");
  }
  // The host's own error is the cause of what the plug-in says, or all there is to say.
  if (!said && cause && cause->status() == returned) throw Error(*cause);
  std::string message =
      said.value_or("the plug-in returned status " + std::to_string(returned) + " without saying why");
  if (cause && message.find(cause->message()) == std::string::npos) {
    if (message.ends_with('.')) message.pop_back();
    message += ": " + cause->message();
  }
  Error error = Error::of_status(returned, std::move(message), cause ? cause->http_status() : 0);
  if (cause) error.at(cause->where());
  throw error;
}

std::shared_ptr<const json::Document> document_of(std::string text) {
  return std::make_shared<const json::Document>(json::Document::parse(std::move(text)));
}

}  // namespace integ::bridge
