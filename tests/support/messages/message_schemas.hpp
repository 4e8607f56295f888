// The schemas of single messages, by type.
#pragma once

#include "json/document.hpp"
#include "json/schema.hpp"

#include <map>
#include <string>
#include <string_view>

namespace support {

class MessageSchemas {
 public:
  // Throws where the file isn't there or is no schema.
  explicit MessageSchemas(const std::string& file);

  // What is wrong with a message of that type; "" when nothing is.
  std::string fault(const std::string& type, const integ::json::Node& message) const;

 private:
  std::map<std::string, integ::json::Schema, std::less<>> by_type_;
};

const MessageSchemas& airbyte_schemas();
const MessageSchemas& singer_schemas();

}  // namespace support
