// What a descriptor's texts must be: names, versions, JSON, keys that the schema knows.
//
// The check_ functions throw Error of kind plugin beginning with `owner`. Plain functions, any thread.
#pragma once

#include "json/document.hpp"

#include <string>
#include <string_view>

namespace integ::plugin {

// [a-z0-9-]{1,64}: fit for a file name, a table and a command line.
bool is_name(std::string_view text) noexcept;
// https://semver.org, version 2.0.0.
bool is_semver(std::string_view text) noexcept;

void check_name(const std::string& name, const std::string& owner);
void check_version(const std::string& version, const std::string& owner);
// A stream's name comes from somebody's API: anything to be seen, so no control characters, not empty.
void check_stream_name(const std::string& name, const std::string& owner);
// "api.x.com", "*.x.com:8443", "{config:/url}", "{config:/shop}.x.com".
void check_allowed_host(const std::string& entry, const std::string& owner);

// The text parsed, which must be JSON.
json::Document parsed_json(const std::string& text, std::string_view member, const std::string& owner);
// The same, which must be an object.
json::Document parsed_object(const std::string& text, std::string_view member, const std::string& owner);

// Whether the pointer leads through `properties` (also by way of a local $ref, and of any branch of
// allOf, anyOf and oneOf) to a field that the schema describes. Below an object whose properties are
// not said, anything may be.
bool schema_has(const json::Node& schema, std::string_view pointer);

}  // namespace integ::plugin
