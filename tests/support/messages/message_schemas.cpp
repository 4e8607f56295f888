#include "support/messages/message_schemas.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace support {
namespace {

using integ::json::Document;
using integ::json::Node;

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("no " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

// A schema for each message, rather than one of all: a fault is then that message's, not "fits none of the forms".
MessageSchemas::MessageSchemas(const std::string& file) {
  const Document document = Document::parse(contents(file), file);
  const Node* definitions = document.root().member("definitions");
  if (definitions == nullptr) throw std::runtime_error(file + " has no definitions");
  for (std::uint64_t i = 0; i < definitions->count; ++i) {
    const std::string name(definitions->keys[i]);
    const std::string_view own = definitions->items[i].text.substr(1);
    by_type_.emplace(
        name, integ::json::Schema(R"({"definitions":)" + std::string(definitions->text) + "," + std::string(own)));
  }
}

std::string MessageSchemas::fault(const std::string& type, const Node& message) const {
  const auto found = by_type_.find(type);
  if (found == by_type_.end()) return "no message of this protocol: " + type;
  std::string out;
  for (const auto& violation : found->second.check(message)) {
    out += (out.empty() ? "" : "; ") + violation.pointer + ": " + violation.message;
  }
  return out;
}

const MessageSchemas& airbyte_schemas() {
  static const MessageSchemas schemas(INTEG_MESSAGE_SCHEMAS "/airbyte_message.schema.json");
  return schemas;
}

const MessageSchemas& singer_schemas() {
  static const MessageSchemas schemas(INTEG_MESSAGE_SCHEMAS "/singer_message.schema.json");
  return schemas;
}

}  // namespace support
