// What a connector changed in its configuration, kept beside a pipeline's bookmarks: a rotated refresh token, say.
// It goes over what the operator wrote, for as long as that stays what it was when it was replaced: whoever puts a
// new token into the configuration wants that one.
//
//   KeptConfig kept(pipeline name, store, prepared.config);
//   Connection connection(..., kept.current(), ...);
//   connection.keep_config_by([&](const std::string& patch, const std::string&) { kept.keep(lease token, patch); });
#pragma once

#include "state/store.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace integ::cli {

class KeptConfig {
 public:
  // `configured` is the operator's own, as JSON. Borrows the store. Throws Error of kind state.
  KeptConfig(std::string pipeline, state::Store& store, std::string configured);

  // The configured one with the changes, unless a value that they replaced has been changed since.
  const std::string& current() const noexcept { return current_; }
  // True when changes are kept and no longer hold.
  bool outdated() const noexcept { return outdated_; }
  // Stores one more patch, on the disk when it returns. The token is a lease's.
  void keep(std::int64_t token, std::string_view patch);

 private:
  const std::string pipeline_;
  state::Store& store_;
  const std::string configured_;
  std::string patch_ = "{}";  // all changes so far, one RFC 7396 patch
  std::string current_;
  bool outdated_ = false;
};

// For people: {"refresh_token":"***"}, every value masked. "" where nothing is kept.
std::string masked_changes(std::string_view stored);

}  // namespace integ::cli
