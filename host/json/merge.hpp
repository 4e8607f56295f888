// Members put into objects, one fixed set into many: the set is read once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

class Merge {
 public:
  // `extra` is a JSON object. Throws Error of kind malformed, or config when it is none.
  explicit Merge(std::string_view extra);

  // Appends `object` with the members: those of the same name are left out, the new ones follow the rest.
  // What is kept is copied byte for byte.
  void apply(std::string_view object, std::string& out) const;
  // Upper bound of what it adds.
  std::size_t size() const noexcept { return members_.size() + 1; }

 private:
  bool replaces(std::string_view key) const noexcept;

  std::vector<std::string> keys_;
  std::string members_;  // "k":v,"k":v
};

}  // namespace integ::json
