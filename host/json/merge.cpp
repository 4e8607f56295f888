#include "json/merge.hpp"

#include "base/error.hpp"
#include "json/document.hpp"
#include "json/member_walk.hpp"
#include "json/text.hpp"

#include <algorithm>

namespace integ::json {

Merge::Merge(std::string_view extra) {
  const Document document = Document::parse(std::string(extra), "members to add");
  if (!document.root().is_object()) throw Error(Kind::config, "the members to add are no JSON object");
  for (MemberWalk walk(document.root().text); walk.next();) {
    keys_.emplace_back(walk.key());
    if (!members_.empty()) members_ += ',';
    members_.append("\"").append(walk.raw_key()).append("\":").append(compacted(walk.value()));
  }
}

bool Merge::replaces(std::string_view key) const noexcept {
  return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
}

void Merge::apply(std::string_view object, std::string& out) const {
  // Runs of members that stay are copied in one piece, with the white space and commas between them.
  const char* run = nullptr;
  const char* run_end = nullptr;
  bool first = true;
  const auto copy_run = [&] {
    if (run == nullptr) return;
    if (!first) out += ',';
    out.append(run, run_end);
    first = false;
    run = nullptr;
  };
  out += '{';
  for (MemberWalk walk(object); walk.next();) {
    if (replaces(walk.key())) {
      copy_run();
      continue;
    }
    if (run == nullptr) run = walk.raw_key().data() - 1;
    run_end = walk.value().data() + walk.value().size();
  }
  copy_run();
  if (!members_.empty()) {
    if (!first) out += ',';
    out += members_;
  }
  out += '}';
}

}  // namespace integ::json
