// How far one selected stream has come: the state it came in with, what its run or its slices have emitted
// since, and how it ends. Safe from every thread: the slices of a stream share it.
//
// State of a stream with slices is {"shared": S, "slices": {KEY: {...}}}: a slice reads its KEY's state,
// else S; what `finish` emits becomes S and the map is emptied. Where that says nothing, it is {} as without slices.
// One that comes in may lack the shared state or have other members beside, which are passed over: taken as shared,
// they could make a new slice begin too late. Of a stream without slices such a state is the connector's own.
#pragma once

#include "base/error.hpp"
#include "json/document.hpp"
#include "model/catalog.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace integ::sync {

class StreamProgress {
 public:
  // `state` is JSON text, or "" for none; `has_slices`: the stream is read in slices. Throws kind malformed when it is
  // no JSON.
  StreamProgress(const SelectedStream& selected, std::string state, bool has_slices = false);

  // Another state to begin from, before anything ran: what is durable at the destination.
  void restore(std::string state);

  const Stream& stream() const noexcept { return selected_.stream; }
  const Selection& selection() const noexcept { return selected_.selection; }

  // What run() reads: JSON text, "null" when there is none.
  std::string shared_state() const;
  std::string slice_state(const std::string& key) const;
  // {KEY: state} of all slices, for `finish`.
  std::string slice_states() const;
  // The state as it came in, or "{}".
  std::string incoming() const;
  // Members of it that nothing is gone on from.
  std::vector<std::string> passed_over() const;

  // The stream's whole state after an emission; `slice` is "" for a run without slices.
  std::string emitted(const std::string& slice, const std::string& json);
  // After `finish`: its state is the shared one, and the slices' are gone.
  std::string folded(const std::string& json);
  // To be held while something is made of what all slices did, and handed on: a state, a sum, the word that the stream
  // runs. Of two slices that do so at once, what comes out later must be what has more in it.
  std::unique_lock<std::mutex> in_order() { return std::unique_lock(order_); }
  bool any_state_emitted() const;
  // Slices that came in but were not named this time are dropped from the state.
  void keep_slices(const std::vector<std::string>& keys);

  // The server says that a slice ("" without slices) has so many records. Their sum, when it was not known of this
  // slice.
  std::optional<std::int64_t> expect(const std::string& slice, std::int64_t count);

  // The first error wins; the others of the same stream are usually its echoes.
  void fail(const Error& error);
  std::optional<Error> error() const;

  std::atomic<std::uint64_t> records{0};  // on their way to the output
  std::atomic<std::uint64_t> claimed{0};  // of a limit
  std::atomic<bool> started{false};
  std::atomic<bool> running{false};  // RUNNING is on its way
  std::atomic<std::uint64_t> replaced_utf8{0};
  std::atomic<std::uint64_t> without_cursor{0};
  std::atomic<bool> warned_null{false};
  std::atomic<bool> warned_large{false};

 private:
  std::string composed() const;

  const SelectedStream& selected_;
  const bool has_slices_;
  std::mutex order_;  // taken before mutex_, and before whatever the output waits for
  mutable std::mutex mutex_;
  std::string incoming_;  // "" for none
  bool sliced_ = false;   // guarded by mutex_, as are all below
  std::string shared_;    // "" for none
  std::vector<std::string> passed_over_;
  std::map<std::string, std::string> slices_;
  bool emitted_ = false;
  std::map<std::string, std::int64_t> expected_;
  std::optional<Error> error_;
};

}  // namespace integ::sync
