#include "protocol/stream_names.hpp"

#include <algorithm>

namespace integ::protocol {

const Stream* find_stream(const std::vector<Stream>& streams, std::string_view name, std::string_view name_space) {
  const Stream* only = nullptr;
  for (const Stream& stream : streams) {
    if (stream.name != name) continue;
    if (stream.name_space == name_space) return &stream;
    if (!name_space.empty()) continue;
    if (only != nullptr) return nullptr;  // two of that name, in other namespaces: nobody can tell
    only = &stream;
  }
  return only;
}

std::string singer_id(std::string_view name, std::string_view name_space) {
  std::string id(name_space);
  if (!id.empty()) id += '-';
  return id.append(name);
}

std::string singer_id(const Stream& stream) { return singer_id(stream.name, stream.name_space); }

const Stream* find_singer_stream(const std::vector<Stream>& streams, std::string_view id) {
  const auto found =
      std::find_if(streams.begin(), streams.end(), [&](const Stream& stream) { return singer_id(stream) == id; });
  return found == streams.end() ? nullptr : &*found;
}

StreamId id_of(const Stream& stream) { return {stream.name, stream.name_space}; }

}  // namespace integ::protocol
