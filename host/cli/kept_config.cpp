#include "cli/kept_config.hpp"

#include "base/error.hpp"
#include "json/document.hpp"
#include "json/pointer.hpp"
#include "json/text.hpp"
#include "sync/repeat_guard.hpp"

#include <fmt/format.h>

#include <utility>

namespace integ::cli {
namespace {

// Calls with the pointer and the node of everything in a patch that is not an object.
template <class Visit>
void each_leaf(const json::Node& node, const std::string& pointer, const Visit& visit) {
  if (!node.is_object()) return visit(pointer, node);
  for (std::uint64_t i = 0; i < node.count; ++i) {
    std::string inner = pointer;
    json::append_token(inner, node.keys[i]);
    each_leaf(node.items[i], inner, visit);
  }
}

// One patch that does what `first` and then `second` do; unlike a patched patch it keeps what is to be removed.
std::string composed(const json::Node& first, const json::Node& second) {
  if (!first.is_object() || !second.is_object()) return json::json_of(second);
  std::string out;
  json::ObjectWriter writer(out);
  for (std::uint64_t i = 0; i < first.count; ++i) {
    const json::Node* over = second.member(first.keys[i]);
    writer.raw(first.keys[i], over == nullptr ? json::json_of(first.items[i]) : composed(first.items[i], *over));
  }
  for (std::uint64_t i = 0; i < second.count; ++i) {
    if (first.member(second.keys[i]) == nullptr) writer.raw(second.keys[i], json::json_of(second.items[i]));
  }
  writer.close();
  return out;
}

// Of the value that a change replaced, so that the store need not hold it; by the pipeline's name, so that equal
// values of two pipelines don't show.
std::string hash_of(const std::string& pipeline, const json::Document& configured, const std::string& pointer) {
  const json::Node* node = configured.find(pointer);
  const std::string text = node == nullptr ? "absent" : json::json_of(*node);
  return fmt::format("{:016x}", sync::fingerprint(text, sync::fingerprint(pipeline)));
}

json::Document stored_document(const std::string& pipeline, std::string text) {
  try {
    return json::Document::parse(std::move(text), "the kept configuration");
  } catch (const Error&) {  // its text may be a secret
    throw Error(Kind::state, "the state store's changed configuration of '" + pipeline + "' can't be read");
  }
}

}  // namespace

KeptConfig::KeptConfig(std::string pipeline, state::Store& store, std::string configured)
    : pipeline_(std::move(pipeline)), store_(store), configured_(std::move(configured)), current_(configured_) {
  std::string stored = store_.config(pipeline_).json;
  if (stored.empty()) return;
  const json::Document document = stored_document(pipeline_, std::move(stored));
  const json::Node* patch = document.find("/patch");
  const json::Node* replaced = document.find("/replaced");
  if (patch == nullptr || !patch->is_object() || replaced == nullptr || !replaced->is_object()) {
    throw Error(Kind::state, "the state store's changed configuration of '" + pipeline_ + "' can't be read");
  }
  const json::Document as_configured = json::Document::parse(configured_);
  for (std::uint64_t i = 0; i < replaced->count; ++i) {
    const std::string pointer(replaced->keys[i]);
    outdated_ = outdated_ || hash_of(pipeline_, as_configured, pointer) != replaced->items[i].text;
  }
  if (outdated_) return;
  patch_ = json::json_of(*patch);
  current_ = json::merge_patched(configured_, patch_);
}

void KeptConfig::keep(std::int64_t token, std::string_view patch) {
  const std::string together =
      composed(json::Document::parse(patch_).root(), json::Document::parse(std::string(patch)).root());
  const json::Document changes = json::Document::parse(together);
  const json::Document as_configured = json::Document::parse(configured_);
  std::string replaced;
  json::ObjectWriter writer(replaced);
  each_leaf(changes.root(), "", [&](const std::string& pointer, const json::Node&) {
    writer.text(pointer, hash_of(pipeline_, as_configured, pointer));
  });
  writer.close();
  std::string out;
  json::ObjectWriter(out).raw("patch", together).raw("replaced", replaced).close();
  store_.keep_config(pipeline_, token, out);
  patch_ = together;
}

std::string masked_changes(std::string_view stored) {
  if (stored.empty()) return {};
  const json::Document document = stored_document("", std::string(stored));
  const json::Node* patch = document.find("/patch");
  if (patch == nullptr) return {};
  std::string out;
  json::ObjectWriter writer(out);
  each_leaf(*patch, "", [&](const std::string& pointer, const json::Node&) { writer.text(pointer.substr(1), "***"); });
  writer.close();
  return out;
}

}  // namespace integ::cli
