// The pointers that a slicer follows, as one small tree: a step a key, a node a place of interest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::json {

class PathTrie {
 public:
  using Id = std::uint32_t;
  static constexpr Id kNowhere = 0xFFFFFFFF;

  struct Node {
    std::string token;
    std::optional<std::uint64_t> index;  // the token as an array index
    std::vector<Id> children;
    std::vector<std::uint32_t> marks;  // what ends here, in the owner's numbering
    std::uint64_t taken = 0;           // the round in which a member was matched: the first one wins
  };

  // A new root.
  Id add_root();
  // Adds the pointer below `root`, and `mark` to its end. Throws Error of kind config.
  Id add(Id root, std::string_view pointer, std::uint32_t mark);

  const Node& operator[](Id id) const noexcept { return nodes_[id]; }
  bool has_children(Id id) const noexcept { return id != kNowhere && !nodes_[id].children.empty(); }
  // The child for a member's unescaped key; at most once a round.
  Id take_key(Id parent, std::string_view key, std::uint64_t round) noexcept;
  Id child_at(Id parent, std::uint64_t index) const noexcept;
  void forget_rounds() noexcept;

 private:
  std::vector<Node> nodes_;
};

}  // namespace integ::json
