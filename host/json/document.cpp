#include "json/document.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "json/document_builder.hpp"
#include "json/document_storage.hpp"

#include <algorithm>
#include <utility>

namespace integ::json {
namespace {

constexpr std::size_t kPiece = 40;   // bytes of the text that an error shows
constexpr std::size_t kBefore = 12;  // of them before the fault

Error syntax_error(const SyntaxError& fault, std::string_view text, std::string_view name) {
  const std::string_view before = text.substr(0, fault.offset);
  Where where;
  where.file = name;
  where.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  where.column = static_cast<int>(before.size() - (before.rfind('\n') + 1)) + 1;
  std::string message = "this is no valid JSON: " + fault.message;
  if (name.empty()) {
    message += " at line " + std::to_string(where.line) + ", column " + std::to_string(where.column);
  }
  const std::size_t from = fault.offset < kBefore ? 0 : fault.offset - kBefore;
  const std::string piece = sanitised(text.substr(from, kPiece), kPiece);
  if (!piece.empty()) message += ", near `" + piece + "`";
  Error error(Kind::malformed, std::move(message));
  if (!name.empty()) error.at(where);
  return error;
}

}  // namespace

const Node* Node::member(std::string_view key) const noexcept {
  if (!is_object()) return nullptr;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (keys[i] == key) return items + i;
  }
  return nullptr;
}

std::string_view Node::string(std::string_view key) const noexcept {
  const Node* node = member(key);
  return node != nullptr && node->is_string() ? node->text : std::string_view();
}

Document Document::parse(std::string text, std::string_view name) {
  auto storage = std::make_unique<Storage>(std::move(text));
  try {
    DocumentBuilder::fill(*storage);
  } catch (const SyntaxError& fault) {
    throw syntax_error(fault, storage->text, name);
  }
  return Document(std::move(storage));
}

Document::Document() : storage_(std::make_unique<Storage>("null")) { storage_->root.text = storage_->text; }
Document::Document(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

const Node& Document::root() const noexcept { return storage_->root; }
const std::string& Document::text() const noexcept { return storage_->text; }
const std::optional<Document::Elision>& Document::elision() const noexcept { return storage_->elision; }
const Node* Document::find(std::string_view pointer) const { return json::find(root(), pointer); }

}  // namespace integ::json
