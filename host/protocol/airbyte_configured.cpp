#include "protocol/airbyte_configured.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "json/text.hpp"
#include "protocol/airbyte_events.hpp"
#include "protocol/events.hpp"
#include "protocol/pointers.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace integ::protocol {
namespace {

std::string configured(const SelectedStream& selected, long long now) {
  const Selection& how = selected.selection;
  const bool replaces = (how.destination_mode == DestinationMode::overwrite ||
                         how.destination_mode == DestinationMode::overwrite_dedup) &&
                        !how.resumes;
  std::vector<std::string> cursor = how.cursor_field;
  if (cursor.empty() && !selected.stream.iterate_by.empty()) cursor = path_of(selected.stream.iterate_by[0].pointer);
  std::string out;
  json::ObjectWriter(out)
      .raw("stream", airbyte_stream(json::Document::parse(stream_json(selected.stream)).root()))
      .text("sync_mode", name_of(how.sync_mode))
      .text("destination_sync_mode", name_of(how.destination_mode))
      .raw("cursor_field", json::string_array(cursor))
      .raw("primary_key", paths_json(how.primary_key.empty() ? paths_of(selected.stream.primary_key) : how.primary_key))
      .number("generation_id", how.generation_id.value_or(now))
      .number("minimum_generation_id", how.minimum_generation_id.value_or(replaces ? now : 0))
      .number("sync_id", how.sync_id.value_or(now))
      .close();
  return out;
}

}  // namespace

std::string configured_catalog(const std::vector<SelectedStream>& streams) {
  const long long now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::string out = R"({"streams":[)";
  for (std::size_t i = 0; i < streams.size(); ++i) out += (i > 0 ? "," : "") + configured(streams[i], now);
  return out + "]}\n";
}

std::string temporary_folder() {
  std::error_code error;
  const std::string folder = std::filesystem::temp_directory_path(error).string();
  if (!error && ::access(folder.c_str(), W_OK | X_OK) == 0) return folder;
  const std::string reason = error ? error.message() : std::generic_category().message(errno);
  std::string place = "/tmp";
  for (const char* name : {"TEMPDIR", "TEMP", "TMP", "TMPDIR"}) {  // the last that is set is the one that is asked
    if (const char* value = std::getenv(name); value != nullptr) place = name + (": " + sanitised(value, 200));
  }
  throw Error(Kind::config, "there is no folder for the destination's catalog, " + place + ": " + reason);
}

ConfiguredCatalogFile::ConfiguredCatalogFile(const std::string& catalog)
    : path_(temporary_folder() + "/integ-catalog-XXXXXX") {
  const UniqueFd file(::mkstemp(path_.data()));  // readable for its owner alone
  if (!file) {
    throw Error(Kind::output, "cannot make a file for the destination's catalog, " + path_ + ": " +
                                  std::generic_category().message(errno));
  }
  write_all(file.get(), catalog.data(), catalog.size(), path_);
}

ConfiguredCatalogFile::~ConfiguredCatalogFile() { ::unlink(path_.c_str()); }

}  // namespace integ::protocol
