// The adapter `sqlite`: its options and its entry.
#include "session.hpp"

#include <integ/adapter.hpp>

#include <memory>
#include <string>
#include <utility>

namespace {

constexpr const char* options_schema = R"({
  "type": "object",
  "required": ["path"],
  "additionalProperties": false,
  "properties": {
    "path": {"type": "string", "minLength": 1, "title": "Database file",
             "description": "The SQLite file to write; it is made when it is not there. One table a stream."},
    "mode": {"type": "string", "enum": ["upsert", "append", "replace"], "default": "upsert", "title": "Mode",
             "description": "upsert: one row a primary key, and rows without a key replaced by each full run. append: every record a new row. replace: a run that starts from nothing fills a new table, whose rows take the place of all old ones when the stream is complete; until then, and when the run fails, the old ones stay."},
    "pipeline": {"type": "string", "default": "", "title": "Pipeline",
                 "description": "Under which name the states are kept in the file; pipelines that share it need different ones."}
  }
})";

integ_sqlite::Options options_of(const integ::AdapterContext& context) {
  integ_sqlite::Options options;
  options.path = context.text_option("/path").value_or("");
  if (options.path.empty()) {
    throw integ::AdapterFailure(INTEG_E_CONFIG, "the sqlite output needs a path: the database file to write");
  }
  if (options.path.find('\0') != std::string::npos) {
    throw integ::AdapterFailure(INTEG_E_CONFIG, "the path of the sqlite output has a NUL in it");
  }
  const std::string mode = context.text_option("/mode").value_or("upsert");
  if (mode == "append") {
    options.mode = integ_sqlite::Mode::append;
  } else if (mode == "replace") {
    options.mode = integ_sqlite::Mode::replace;
  } else if (mode != "upsert") {
    throw integ::AdapterFailure(
        INTEG_E_CONFIG, "the mode of the sqlite output is \"" + mode + "\"; upsert, append or replace is meant");
  }
  options.pipeline = context.text_option("/pipeline").value_or("");
  return options;
}

}  // namespace

INTEG_PLUGIN(integ::Adapter("sqlite", "0.1.0")
                 .title("SQLite")
                 .options_schema(options_schema)
                 .flags(INTEG_ADAPTER_NO_SINK | INTEG_ADAPTER_SELECTED_FIELDS)
                 .opens([](const integ::AdapterContext& context) {
                   return std::make_unique<integ_sqlite::Session>(context, options_of(context));
                 }))
