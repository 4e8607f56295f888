// What the tests of this room share: folders of their own, plug-ins put into them, variables set for a while.
#pragma once

#include "support/folder.hpp"

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

// What is in it is private to its owner, whatever the umask is: other libraries are not listed.
class TemporaryFolder : public support::TempFolder {
 public:
  // A built fixture, under its own or another name.
  std::string add(const std::string& fixture, std::string name = {}) const {
    if (name.empty()) name = fixture + ".so";
    fs::create_directories(fs::path(path(name)).parent_path());
    fs::copy_file(fs::path(FIXTURES) / (fixture + ".so"), path(name), fs::copy_options::overwrite_existing);
    fs::permissions(path(name), fs::perms::owner_all);
    return path(name);
  }
  std::string write(const std::string& name, const std::string& content) const {
    fs::permissions(TempFolder::write(name, content), fs::perms::owner_all);
    return path(name);
  }
};

// Throws where there is no such file.
inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path);
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
