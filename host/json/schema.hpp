// JSON Schema (draft 7) checks of configurations, by valijson (RapidJSON's own validator stops at the
// first violation and ignores `const`).
#pragma once

#include "json/document.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

// One thing that is wrong: where in the instance ("/user/age"), and what was expected. A missing required
// property points at itself ("/url"), an unknown one too, with `unknown` set. Values of properties that the schema
// calls secret (`airbyte_secret` or `writeOnly`) are never in the message.
struct Violation {
  std::string pointer;
  std::string message;
  bool unknown = false;
};

class Schema {
 public:
  // Throws Error of kind plugin when the text is no usable schema; `name` says whose it is.
  explicit Schema(std::string_view schema, std::string_view name = {});
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  // All violations, in the order of the instance; empty when it is valid.
  std::vector<Violation> check(const Node& instance) const;
  bool valid(const Node& instance) const;

  // The instance with absent properties that have a `default` filled in, nested objects too.
  std::string with_defaults(std::string_view instance) const;
  // Pointers of the properties whose values are secret, nested ones and those behind oneOf too. Secrets inside an
  // array, under any name, or in a schema that contains itself are given by the pointer of the array or object that
  // holds them: every value in there is secret.
  std::vector<std::string> secret_pointers() const;
  // The `type` at an instance pointer ("string", "integer", ...; the first that is not "null"), or "".
  std::string type_at(std::string_view pointer) const;
  // The names under `properties` at an instance pointer.
  std::vector<std::string> property_names(std::string_view pointer) const;
  // The same of records that are cut to fields: a list on the way, or at the end, stands for the objects in it, as a
  // FieldCut's does ("/lines" has the names of a line).
  std::vector<std::string> field_names(std::string_view pointer) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace integ::json
