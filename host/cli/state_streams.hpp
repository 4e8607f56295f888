// Which stream a person means by its name on the command line, of those that are stored or that a pipeline has.
#pragma once

#include "cli/host.hpp"
#include "model/state.hpp"
#include "pipeline/pipeline.hpp"

#include <optional>
#include <string>
#include <vector>

namespace integ::cli {

// A stream's name is the only one of its connector's, so that it is enough; "eu.orders" and a namespace given apart
// tell rows apart that were stored before a connector gave its stream another namespace.
struct StreamWanted {
  std::string name;
  std::optional<std::string> name_space;
};

// "eu.orders", or "orders" for a stream without a namespace.
std::string shown(const StreamId& stream);
// The same of what was asked for, fit for a message.
std::string asked_for(const StreamWanted& wanted);

std::vector<StreamId> matches(const std::vector<StreamId>& streams, const StreamWanted& wanted);
// The only one that matches, or nothing. Throws Error of kind config for several.
std::optional<StreamId> only_match(const std::vector<StreamId>& streams, const StreamWanted& wanted);
// "..., did you mean 'orders'? It has a, b and c": the end of a sentence about a stream that is not there.
std::string instead_of(const StreamWanted& wanted, const std::vector<StreamId>& streams);

// What can be known of a pipeline's streams without a request.
struct PipelineStreams {
  std::vector<StreamId> streams;
  bool all = false;  // false where the connector is not there, or would have to ask for them
};
PipelineStreams streams_of(Host& host, const pipeline::Pipeline& pipeline);

}  // namespace integ::cli
