// The fields that the user selected, in the shapes in which APIs are asked for them:
//
//   request.query("fields", integ::selected(ctx));                     // fields=id,name
//   request.query("fields[profile]", integ::selected(ctx, "/attributes"));
//   request.query("fields", integ::declared(ctx));                     // all of the schema's where nobody chose
//   integ::odata_fields(ctx, request);                                 // $select=Id,Name&$expand=Product($select=Id)
//
// They are the properties of the stream's schema as the host cut it: keys and cursors are among them in any case.
// Nothing is said where the user chose nothing, so that members which the schema does not name go through as well;
// declared() is for APIs that leave most of a record out unless it is asked for by name.
// Thread: that of the run.
#pragma once

#include <integ/context.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ {
inline namespace v1 {
namespace detail {

// A property of the schema, by the pointer of its values in a record; arrays of objects count as objects.
struct SchemaField {
  std::string name, pointer;
  std::vector<SchemaField> fields;  // of an object
};

inline std::vector<SchemaField> schema_fields(const Value& schema, const std::string& pointer = {}) {
  std::vector<SchemaField> fields;
  const Value own = schema.at("/properties");
  for (const auto& [name, value] : (own ? own : schema.at("/items/properties")).members()) {
    std::string below = pointer;
    below.append("/").append(name);
    fields.push_back({name, below, schema_fields(value, below)});
  }
  return fields;
}

// All of what is at the pointer is wanted: nobody chose, or that was chosen as a whole.
inline bool whole(const std::vector<std::string>& chosen, std::string_view pointer) {
  return chosen.empty() || std::any_of(chosen.begin(), chosen.end(), [&](const std::string& field) {
           return pointer == field || (pointer.starts_with(field) && pointer[field.size()] == '/');
         });
}

inline void append_listed(std::string& list, std::string_view item) {
  if (!list.empty()) list += ',';
  list += item;
}

// OData's $select and $expand of these fields. An object is what OData calls a navigation property: it is there only
// where it is expanded, and then needs no select.
struct ODataFields {
  std::string select, expand;

  ODataFields(const std::vector<SchemaField>& fields, const std::vector<std::string>& chosen,
              std::string_view pointer) {
    const bool all = whole(chosen, pointer);
    for (const SchemaField& field : fields) {
      if (!field.fields.empty()) {
        append_listed(expand, field.name + nested(ODataFields(field.fields, chosen, field.pointer)));
      } else if (!all) {
        append_listed(select, field.name);
      }
    }
  }

 private:
  static std::string nested(const ODataFields& below) {
    std::string options;
    if (!below.select.empty()) options = "$select=" + below.select;
    if (!below.expand.empty()) options += (options.empty() ? "$expand=" : ";$expand=") + below.expand;
    return options.empty() ? options : "(" + options + ")";
  }
};

}  // namespace detail

// The names of the properties that the schema has, as the user's choice left it, by commas: of the record, or of the
// object at `pointer` in it. Nothing where it names none.
inline std::optional<std::string> declared(const HttpContext& ctx, std::string_view pointer = {}) {
  std::string schema;
  for (std::size_t at = 0; at < pointer.size(); ++at) {
    if (pointer[at] == '/') schema += "/properties";
    schema += pointer[at];
  }
  std::string names;
  for (const auto& field : detail::schema_fields(ctx.schema().at(schema))) detail::append_listed(names, field.name);
  return names.empty() ? std::nullopt : std::optional(names);
}

// The same, but nothing where all of them are wanted.
inline std::optional<std::string> selected(const HttpContext& ctx, std::string_view pointer = {}) {
  return detail::whole(ctx.selected_fields(), pointer) ? std::nullopt : declared(ctx, pointer);
}

// OData's $select and $expand. The objects of the schema, which a server leaves out by itself, are asked for in any
// case; names are those of the API, so nothing of a record type may be renamed for it.
inline Request& odata_fields(const HttpContext& ctx, Request& request) {
  const detail::ODataFields fields(detail::schema_fields(ctx.schema()), ctx.selected_fields(), "");
  if (!fields.select.empty()) request.query("$select", fields.select);
  if (!fields.expand.empty()) request.query("$expand", fields.expand);
  return request;
}

}  // namespace v1
}  // namespace integ
