// The JSON of events, in one place: what the host tells an adapter beside records and states.
//
//   spec               {"connectionSpecification": {...}, "documentationUrl"?, "supportsIncremental": bool,
//                       "title", "version", "annotations"?}
//   connection_status  {"status": "SUCCEEDED"|"FAILED", "message"?}
//   catalog            {"streams": [STREAM]}, STREAM as stream_json() below
//   stream_status      {"stream", "namespace"?, "status": "STARTED"|"RUNNING"|"COMPLETE"|"INCOMPLETE",
//                       "emitted_at": ms, "quota_reset"?: ms}
//   log                {"level": "debug"|"info"|"warn"|"error", "message", "stream"?}
//   error              {"message", "internal_message"?, "kind", "failure_type", "stream"?, "namespace"?,
//                       "emitted_at": ms}
//   estimate           {"stream", "namespace"?, "rows"?, "bytes"?, "emitted_at": ms}
//   config             {"config": {...}, "emitted_at": ms}
//   analytics          {"type", "value", "emitted_at": ms}
#pragma once

#include "base/error.hpp"
#include "base/log.hpp"
#include "model/catalog.hpp"
#include "model/stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace integ::protocol {

// {"name","namespace"?,"json_schema":{},"primary_key":[{"pointer","order"}],"order_by":[..],
//  "iterate_by":[..],"incremental":b,"resumable":b,"custom_primary_key":b,"custom_iterate_by":b,
//  "annotations"?}
std::string stream_json(const Stream& stream);
std::string spec_json(const ConnectorInfo& connector);
std::string catalog_json(const std::vector<Stream>& streams);
std::string connection_status_json(bool succeeded, std::string_view message);
// `quota_reset_ms`: when a rate limit ends that the stream waits for.
std::string stream_status_json(const Stream& stream, std::string_view status, std::int64_t emitted_at_ms,
                               std::optional<std::int64_t> quota_reset_ms = std::nullopt);
std::string log_json(const LogLine& line);
// Masked already: `message` is what a person reads, with the place. `internal_message` is made of the error's
// kind, HTTP status and (masked) request, never of unmasked text.
std::string error_json(const Error& error, std::string_view message, std::string_view name_space,
                       std::int64_t emitted_at_ms);
std::string estimate_json(const Stream& stream, std::optional<std::int64_t> rows, std::optional<std::int64_t> bytes,
                          std::int64_t emitted_at_ms);
std::string config_json(std::string_view config, std::int64_t emitted_at_ms);
// What a platform may keep of a run, for itself: "integ-requests" and "12".
std::string analytics_json(std::string_view type, std::string_view value, std::int64_t emitted_at_ms);
// The catalog entry of the ABI's stream(): SELECTION with destination_sync_mode, the generation ids and
// "resumes".
std::string selection_json(const Selection& selection, std::string_view started_at);

}  // namespace integ::protocol
