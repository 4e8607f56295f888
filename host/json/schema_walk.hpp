// What a JSON Schema says about a place of the instance, read from the schema's own text: references within
// the document, properties, alternatives. No validation here. Plain functions over immutable nodes.
#pragma once

#include "json/document.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

// Recursive schemas ("$ref": "#") are followed this deep, and this many references in a row.
inline constexpr int kMaxSchemaDepth = 16;

// The schema behind a local $ref, or itself: also where a reference leads nowhere or in a circle.
const Node& resolved(const Node& schema, const Node& root);
// Whether the schema's $ref, if it has one, leads to a schema in the same document.
bool reference_resolves(const Node& schema, const Node& root);

// `schema` and every alternative of it (allOf, anyOf, oneOf, then, else), resolved, outermost first.
using Schemas = std::vector<const Node*>;
Schemas with_alternatives(const Node& schema, const Node& root);
// The same, but of anyOf and oneOf only the branches that the instance fits by its constants.
Schemas with_fitting(const Node& schema, const Node& root, const Node& instance);
// False when a property that the branch fixes (const, or an enum of one) has another value or none.
bool fits(const Node& branch, const Node& root, const Node& instance);

// What the schemas say about a member or an item: properties, else items, else additionalProperties.
Schemas below(const Schemas& schemas, std::string_view token);
// The schemas at an instance pointer, alternatives included.
Schemas schemas_at(const Node& root, std::string_view pointer);

// "string", "integer", ...; of several the first that is not "null"; "" when nothing is said.
std::string_view type_of(const Schemas& schemas);
bool is_secret(const Schemas& schemas);
// Pointers of secret values. For secrets in an array or under any name: of the array or object that holds them.
std::vector<std::string> secret_pointers(const Node& root);
// The instance's JSON with defaults put in.
std::string with_defaults(const Node& schema, const Node& root, const Node& instance);

}  // namespace integ::json
