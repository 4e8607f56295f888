// What the tests of this room share: folders of their own, plug-ins put into them, variables set for a while.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <utility>

namespace integ::plugin::test {

namespace fs = std::filesystem;

// Gone with its contents when the object is.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "integ-plugin-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = fs::canonical(pattern);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code unimportant;
    fs::remove_all(path_, unimportant);
  }

  std::string path() const { return path_.string(); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  // A built fixture, under its own or another name; private to its owner whatever the umask is.
  std::string add(const std::string& fixture, std::string name = {}) const {
    if (name.empty()) name = fixture + ".so";
    fs::create_directories((path_ / name).parent_path());
    fs::copy_file(fs::path(FIXTURES) / (fixture + ".so"), path_ / name, fs::copy_options::overwrite_existing);
    fs::permissions(path_ / name, fs::perms::owner_all);
    return *this / name;
  }
  std::string write(const std::string& name, const std::string& content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    fs::permissions(path_ / name, fs::perms::owner_all);
    return *this / name;
  }

 private:
  fs::path path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string fixture(const std::string& name) { return std::string(FIXTURES) + "/" + name + ".so"; }

// An environment variable for as long as the object lives; nullopt unsets it.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
    if (const char* old = ::getenv(name_.c_str())) old_ = old;
    set(value);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() { set(old_); }

 private:
  void set(const std::optional<std::string>& value) {
    if (value) {
      ::setenv(name_.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }
  std::string name_;
  std::optional<std::string> old_;
};

}  // namespace integ::plugin::test
