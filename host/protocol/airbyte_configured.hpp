// The configured catalogue that an Airbyte destination is started with: what it will be told of, and how to keep it.
#pragma once

#include "model/catalog.hpp"

#include <string>
#include <vector>

namespace integ::protocol {

// {"streams":[...]}. A stream that is to replace what there is gets a generation of its own, the time in seconds, which
// is also the lowest that the destination is to keep; one that goes on from a state keeps all.
std::string configured_catalog(const std::vector<SelectedStream>& streams);

// The system's folder for temporary files. Throws Error of kind config where there is none that can be written.
std::string temporary_folder();

// A file under the system's folder for temporary files, for the owner's eyes; gone with the object. Throws Error of
// kind output.
class ConfiguredCatalogFile {
 public:
  explicit ConfiguredCatalogFile(const std::string& catalog);
  ~ConfiguredCatalogFile();
  ConfiguredCatalogFile(const ConfiguredCatalogFile&) = delete;
  ConfiguredCatalogFile& operator=(const ConfiguredCatalogFile&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace integ::protocol
