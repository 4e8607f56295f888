#include "pipeline/pipeline.hpp"

#include "base/text.hpp"
#include "json/pointer.hpp"
#include "pipeline/reader.hpp"
#include "pipeline/typed.hpp"

#include <algorithm>

namespace integ::pipeline {
namespace {

bool is_given(const Value* section) { return section != nullptr && section->kind != Value::Kind::null; }

const Value* entry_of(const Value& list, const std::string& token) {
  const auto index = json::array_index(token);
  if (index && *index < list.items.size()) return &list.items[*index];
  const auto named = std::find_if(list.items.begin(), list.items.end(), [&](const Value& item) {
    return item.kind == Value::Kind::scalar && item.text == token;
  });
  return named == list.items.end() ? nullptr : &*named;
}

// Removes `protocol`, which is ours, and makes `path` one of the working directory's.
Value adapter_options(const Pipeline& pipeline) {
  Value options;
  options.kind = Value::Kind::map;
  const Value* output = pipeline.root.member("output");
  if (output == nullptr) return options;
  options.line = output->line;
  options.column = output->column;
  for (Value::Member member : output->members) {
    if (member.key == "protocol") continue;
    Value& value = member.value;
    if (member.key == "path" && value.kind == Value::Kind::scalar && value.text != "-") {
      value.text = joined(pipeline.directory, value.text);
      value.quoted = true;
    }
    options.members.push_back(std::move(member));
  }
  return options;
}

}  // namespace

std::string Pipeline::config_json(std::string_view schema) const {
  const Value* config = root.member("config");
  return is_given(config) ? typed_json(file, *config, schema, "config") : "{}";
}

std::string Pipeline::output_json(std::string_view schema) const {
  return typed_json(file, adapter_options(*this), schema, "output");
}

std::string Pipeline::http_json() const {
  const Value* http = root.member("http");
  return is_given(http) ? typed_json(file, *http, "", "http") : "";
}

void Pipeline::check_streams(const std::vector<std::string>& known) const {
  if (!streams) return;
  for (const StreamChoice& choice : *streams) {
    if (std::find(known.begin(), known.end(), choice.name) != known.end()) continue;
    std::string message = "unknown stream '" + sanitised(choice.name, 80) + "'";
    if (const auto near = nearest(choice.name, known)) message += ", did you mean '" + *near + "'?";
    throw error("/streams/" + choice.name,
                message + " (" + connector + " has " + (known.empty() ? "no streams" : listed(known)) + ")");
  }
}

Where Pipeline::place(std::string_view pointer, Part part) const {
  const Value* at = &root;
  Where where = where_of(file, root);
  for (const std::string& token : json::pointer_tokens(pointer)) {
    if (at->kind == Value::Kind::list) {
      at = entry_of(*at, token);
      if (at == nullptr) break;
      where = where_of(file, *at);
      continue;
    }
    const auto member = std::find_if(at->members.begin(), at->members.end(),
                                     [&](const Value::Member& candidate) { return candidate.key == token; });
    if (member == at->members.end()) break;
    at = &member->value;
    // What is in a map is meant; where something is missing in it, its key says where better.
    where = part == Part::key || at->kind == Value::Kind::map ? where_of(file, *member) : where_of(file, *at);
  }
  return where;
}

Error Pipeline::error(std::string_view pointer, std::string message, Part part) const {
  Error made(Kind::config, std::move(message));
  made.at(place(pointer, part));
  return made;
}

}  // namespace integ::pipeline
