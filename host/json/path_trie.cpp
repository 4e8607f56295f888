#include "json/path_trie.hpp"

#include "json/pointer.hpp"

#include <algorithm>

namespace integ::json {

PathTrie::Id PathTrie::add_root() {
  nodes_.emplace_back();
  return static_cast<Id>(nodes_.size() - 1);
}

PathTrie::Id PathTrie::add(Id root, std::string_view pointer, std::uint32_t mark) {
  Id at = root;
  for (const std::string& token : pointer_tokens(pointer)) {
    const auto& children = nodes_[at].children;
    const auto child = std::find_if(children.begin(), children.end(), [&](Id id) { return nodes_[id].token == token; });
    if (child != children.end()) {
      at = *child;
      continue;
    }
    const Id added = add_root();
    nodes_[added].token = token;
    nodes_[added].index = array_index(token);
    nodes_[at].children.push_back(added);
    at = added;
  }
  nodes_[at].marks.push_back(mark);
  return at;
}

PathTrie::Id PathTrie::take_key(Id parent, std::string_view key, std::uint64_t round) noexcept {
  for (const Id id : nodes_[parent].children) {
    Node& node = nodes_[id];
    if (node.token != key) continue;
    if (node.taken == round) return kNowhere;
    node.taken = round;
    return id;
  }
  return kNowhere;
}

PathTrie::Id PathTrie::child_at(Id parent, std::uint64_t index) const noexcept {
  for (const Id id : nodes_[parent].children) {
    if (nodes_[id].index == index) return id;
  }
  return kNowhere;
}

void PathTrie::forget_rounds() noexcept {
  for (Node& node : nodes_) node.taken = 0;
}

}  // namespace integ::json
