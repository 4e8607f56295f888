// What a Document owns: its text, and one arena for all that is made of it.
#pragma once

#include "json/document.hpp"

#include <memory_resource>
#include <optional>
#include <string>
#include <utility>

namespace integ::json {

struct Document::Storage {
  explicit Storage(std::string t) : text(std::move(t)) {}

  std::string text;  // never changes: nodes point into it
  std::pmr::monotonic_buffer_resource arena;
  Node root;
  std::optional<Document::Elision> elision;
};

}  // namespace integ::json
