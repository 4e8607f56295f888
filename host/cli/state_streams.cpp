#include "cli/state_streams.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>

namespace integ::cli {

std::string shown(const StreamId& stream) {
  return stream.name_space.empty() ? stream.name : stream.name_space + "." + stream.name;
}

std::string asked_for(const StreamWanted& wanted) {
  return sanitised(shown({wanted.name, wanted.name_space.value_or("")}), 80);
}

std::vector<StreamId> matches(const std::vector<StreamId>& streams, const StreamWanted& wanted) {
  std::vector<StreamId> out;
  std::ranges::copy_if(streams, std::back_inserter(out), [&](const StreamId& stream) {
    if (wanted.name_space) return stream.name == wanted.name && stream.name_space == *wanted.name_space;
    return stream.name == wanted.name || shown(stream) == wanted.name;
  });
  return out;
}

std::optional<StreamId> only_match(const std::vector<StreamId>& streams, const StreamWanted& wanted) {
  const std::vector<StreamId> found = matches(streams, wanted);
  if (found.empty()) return std::nullopt;
  if (found.size() == 1) return found.front();
  std::vector<std::string> names;
  names.reserve(found.size());
  for (const StreamId& stream : found) names.push_back(shown(stream));
  throw Error(Kind::config, "--stream " + asked_for(wanted) + " could be " + listed(names) +
                                ": say which with --namespace, '' for none");
}

std::string instead_of(const StreamWanted& wanted, const std::vector<StreamId>& streams) {
  if (streams.empty()) return "; there is none";
  std::vector<std::string> names;
  std::vector<std::string> near_ones;
  for (const StreamId& stream : streams) {
    names.push_back(shown(stream));
    near_ones.push_back(stream.name);
  }
  near_ones.insert(near_ones.end(), names.begin(), names.end());
  const auto near = nearest(wanted.name, near_ones);
  return (near ? ", did you mean '" + *near + "'?" : std::string()) + " It has " + listed(names);
}

PipelineStreams streams_of(Host& host, const pipeline::Pipeline& pipeline) {
  PipelineStreams out;
  try {
    const ConnectorHandle handle = host.described(pipeline.connector);
    for (const auto& stream : handle.connector->streams) {
      out.streams.push_back({stream->info.name, stream->info.name_space});
    }
    out.all = handle.connector->discover == nullptr;
  } catch (const Error&) {
    // A state is mended where the connector is not installed, too.
  }
  if (pipeline.streams && !out.all) {
    for (const pipeline::StreamChoice& choice : *pipeline.streams) {
      if (matches(out.streams, {choice.name, std::nullopt}).empty()) out.streams.push_back({choice.name, {}});
    }
    out.all = true;
  }
  return out;
}

}  // namespace integ::cli
