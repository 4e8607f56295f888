// A folder of a test's own, gone with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace support {

// All of a regular file. Throws std::runtime_error where there is none.
std::string file_text(const std::string& path);

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
  std::string operator/(std::string_view name) const { return path(name); }
  // Makes the folders on the way; returns the whole path.
  std::string write(std::string_view name, std::string_view text) const;
  // Throws std::runtime_error where there is none.
  std::string read(std::string_view name) const;
  bool has(std::string_view name) const;
  // The names in it, sorted.
  std::vector<std::string> files() const;

 private:
  std::string path_;
};

}  // namespace support
