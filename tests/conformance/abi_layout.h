/* What ABI 1.0 is in memory on a 64-bit machine, as numbers: compiled as C and as C++, it fails to compile when
 * a member moves, changes its size or an enumerator its value. Members are added at the end of a struct, which
 * moves SIZE and adds a line; a line that changes otherwise breaks every plug-in that is out there. */
#include <integ/abi.h>

#ifdef __cplusplus
#define HOLDS(condition, text) static_assert(condition, text)
#define ALIGNMENT(type) alignof(type)
#else
#define HOLDS(condition, text) _Static_assert(condition, text)
#define ALIGNMENT(type) _Alignof(type)
#endif
#define SIZE(type, bytes, alignment) HOLDS(sizeof(type) == (bytes) && ALIGNMENT(type) == (alignment), "size of " #type)
#define AT(type, member, offset) HOLDS(offsetof(type, member) == (offset), #type "." #member)
#define VALUE(name, number) HOLDS((name) == (number), #name)

HOLDS(sizeof(void *) == 8, "these numbers are of 64-bit machines");

SIZE(integ_str, 16, 8);
AT(integ_str, data, 0);
AT(integ_str, size, 8);

SIZE(integ_value, 56, 8);
AT(integ_value, size, 0);
AT(integ_value, kind, 4);
AT(integ_value, integer, 8);
AT(integ_value, number, 16);
AT(integ_value, count, 24);
AT(integ_value, text, 32);
AT(integ_value, node, 48);

SIZE(integ_pair, 40, 8);
AT(integ_pair, name, 0);
AT(integ_pair, value, 16);
AT(integ_pair, flags, 32);
AT(integ_pair, reserved, 36);

SIZE(integ_field, 24, 8);
AT(integ_field, pointer, 0);
AT(integ_field, order, 16);
AT(integ_field, flags, 20);

SIZE(integ_observe, 24, 8);
AT(integ_observe, pointer, 0);
AT(integ_observe, what, 16);
AT(integ_observe, flags, 20);

SIZE(integ_runner, 40, 8);
AT(integ_runner, size, 0);
AT(integ_runner, flags, 4);
AT(integ_runner, run, 8);
AT(integ_runner, slices, 16);
AT(integ_runner, check, 24);
AT(integ_runner, finish, 32);

SIZE(integ_stream, 152, 8);
AT(integ_stream, size, 0);
AT(integ_stream, flags, 4);
AT(integ_stream, name, 8);
AT(integ_stream, name_space, 24);
AT(integ_stream, json_schema, 40);
AT(integ_stream, primary_key, 56);
AT(integ_stream, primary_key_count, 64);
AT(integ_stream, order_by, 72);
AT(integ_stream, order_by_count, 80);
AT(integ_stream, iterate_by, 88);
AT(integ_stream, iterate_by_count, 96);
AT(integ_stream, runner, 104);
AT(integ_stream, self, 112);
AT(integ_stream, data, 120);
AT(integ_stream, annotations, 136);

SIZE(integ_connector, 224, 8);
AT(integ_connector, size, 0);
AT(integ_connector, flags, 4);
AT(integ_connector, name, 8);
AT(integ_connector, version, 24);
AT(integ_connector, title, 40);
AT(integ_connector, documentation_url, 56);
AT(integ_connector, notes, 72);
AT(integ_connector, license, 88);
AT(integ_connector, config_schema, 104);
AT(integ_connector, allowed_hosts, 120);
AT(integ_connector, allowed_hosts_count, 128);
AT(integ_connector, streams, 136);
AT(integ_connector, stream_count, 144);
AT(integ_connector, self, 152);
AT(integ_connector, discover, 160);
AT(integ_connector, authorize, 168);
AT(integ_connector, dynamic, 176);
AT(integ_connector, interleaved, 184);
AT(integ_connector, http, 192);
AT(integ_connector, annotations, 208);

SIZE(integ_batch, 40, 8);
AT(integ_batch, size, 0);
AT(integ_batch, flags, 4);
AT(integ_batch, stream, 8);
AT(integ_batch, records, 16);
AT(integ_batch, record_count, 24);
AT(integ_batch, extracted_at_ms, 32);

SIZE(integ_adapter, 160, 8);
AT(integ_adapter, size, 0);
AT(integ_adapter, flags, 4);
AT(integ_adapter, name, 8);
AT(integ_adapter, version, 24);
AT(integ_adapter, title, 40);
AT(integ_adapter, documentation_url, 56);
AT(integ_adapter, options_schema, 72);
AT(integ_adapter, self, 88);
AT(integ_adapter, open, 96);
AT(integ_adapter, stream, 104);
AT(integ_adapter, restore, 112);
AT(integ_adapter, records, 120);
AT(integ_adapter, state, 128);
AT(integ_adapter, event, 136);
AT(integ_adapter, flush, 144);
AT(integ_adapter, close, 152);

SIZE(integ_plugin, 72, 8);
AT(integ_plugin, size, 0);
AT(integ_plugin, abi_minor, 4);
AT(integ_plugin, host_minor_required, 6);
AT(integ_plugin, flags, 8);
AT(integ_plugin, reserved, 12);
AT(integ_plugin, connectors, 16);
AT(integ_plugin, connector_count, 24);
AT(integ_plugin, adapters, 32);
AT(integ_plugin, adapter_count, 40);
AT(integ_plugin, required_extensions, 48);
AT(integ_plugin, required_extensions_count, 56);
AT(integ_plugin, get_extension, 64);

SIZE(integ_request, 112, 8);
AT(integ_request, size, 0);
AT(integ_request, flags, 4);
AT(integ_request, method, 8);
AT(integ_request, url, 24);
AT(integ_request, query, 40);
AT(integ_request, query_count, 48);
AT(integ_request, headers, 56);
AT(integ_request, headers_count, 64);
AT(integ_request, body, 72);
AT(integ_request, parser, 88);
AT(integ_request, timeout_ms, 104);
AT(integ_request, reserved, 108);

SIZE(integ_emit, 88, 8);
AT(integ_emit, size, 0);
AT(integ_emit, flags, 4);
AT(integ_emit, records, 8);
AT(integ_emit, record, 24);
AT(integ_emit, extra, 40);
AT(integ_emit, observe, 56);
AT(integ_emit, observe_count, 64);
AT(integ_emit, total, 72);

SIZE(integ_host, 312, 8);
AT(integ_host, size, 0);
AT(integ_host, abi_minor, 4);
AT(integ_host, name, 8);
AT(integ_host, version, 24);
AT(integ_host, stream, 40);
AT(integ_host, open_stream, 48);
AT(integ_host, document, 56);
AT(integ_host, get, 64);
AT(integ_host, item, 72);
AT(integ_host, fetch, 80);
AT(integ_host, emit_batch, 88);
AT(integ_host, emit_response, 96);
AT(integ_host, observed, 104);
AT(integ_host, prefetch, 112);
AT(integ_host, response_url, 120);
AT(integ_host, response_status, 128);
AT(integ_host, response_header, 136);
AT(integ_host, response_body, 144);
AT(integ_host, response_json, 152);
AT(integ_host, response_release, 160);
AT(integ_host, emit_values, 168);
AT(integ_host, emit_state, 176);
AT(integ_host, add_slice, 184);
AT(integ_host, add_stream, 192);
AT(integ_host, write, 200);
AT(integ_host, sync, 208);
AT(integ_host, open_sink, 216);
AT(integ_host, close_sink, 224);
AT(integ_host, set_auth, 232);
AT(integ_host, update_config, 240);
AT(integ_host, mark_secret, 248);
AT(integ_host, log, 256);
AT(integ_host, cancelled, 264);
AT(integ_host, now_ns, 272);
AT(integ_host, sleep_ns, 280);
AT(integ_host, fail, 288);
AT(integ_host, error, 296);
AT(integ_host, get_extension, 304);

VALUE(INTEG_OK, 0);
VALUE(INTEG_STOP, 1);
VALUE(INTEG_CANCELLED, 2);
VALUE(INTEG_AGAIN, 3);
VALUE(INTEG_E_INTERNAL, -1);
VALUE(INTEG_E_ARGUMENT, -2);
VALUE(INTEG_E_UNSUPPORTED, -3);
VALUE(INTEG_E_CONFIG, -4);
VALUE(INTEG_E_AUTH, -5);
VALUE(INTEG_E_FORBIDDEN, -6);
VALUE(INTEG_E_NETWORK, -7);
VALUE(INTEG_E_TIMEOUT, -8);
VALUE(INTEG_E_HTTP, -9);
VALUE(INTEG_E_RATE_LIMITED, -10);
VALUE(INTEG_E_MALFORMED, -11);
VALUE(INTEG_E_NOT_FOUND, -12);
VALUE(INTEG_E_SCHEMA, -13);
VALUE(INTEG_E_LIMIT, -14);
VALUE(INTEG_E_OUTPUT, -15);
VALUE(INTEG_ABSENT, 0);
VALUE(INTEG_NULL, 1);
VALUE(INTEG_BOOL, 2);
VALUE(INTEG_INT, 3);
VALUE(INTEG_DOUBLE, 4);
VALUE(INTEG_STRING, 5);
VALUE(INTEG_ARRAY, 6);
VALUE(INTEG_OBJECT, 7);
VALUE(INTEG_PAIR_SECRET, 1);
VALUE(INTEG_OBSERVE_LAST, 0);
VALUE(INTEG_OBSERVE_MAX, 1);
VALUE(INTEG_OBSERVE_MIN, 2);
VALUE(INTEG_OBSERVE_ALL, 3);
VALUE(INTEG_OBSERVE_TIME, 1);
VALUE(INTEG_STREAM_INCREMENTAL, 1);
VALUE(INTEG_STREAM_CUSTOM_PRIMARY_KEY, 2);
VALUE(INTEG_STREAM_CUSTOM_ORDER_BY, 4);
VALUE(INTEG_STREAM_CUSTOM_ITERATE_BY, 8);
VALUE(INTEG_STREAM_RESUMABLE, 16);
VALUE(INTEG_CONNECTOR_SERIAL, 1);
VALUE(INTEG_FLUSH_ASK, 0);
VALUE(INTEG_FLUSH_NOW, 1);
VALUE(INTEG_EVENT_SPEC, 1);
VALUE(INTEG_EVENT_CONNECTION_STATUS, 2);
VALUE(INTEG_EVENT_CATALOG, 3);
VALUE(INTEG_EVENT_STREAM_STATUS, 4);
VALUE(INTEG_EVENT_LOG, 5);
VALUE(INTEG_EVENT_ERROR, 6);
VALUE(INTEG_EVENT_ESTIMATE, 7);
VALUE(INTEG_EVENT_CONFIG, 8);
VALUE(INTEG_ADAPTER_NO_SINK, 1);
VALUE(INTEG_ADAPTER_SELECTED_FIELDS, 2);
VALUE(INTEG_REQUEST_RETRY_SAFE, 1);
VALUE(INTEG_REQUEST_REBUILD, 2);
VALUE(INTEG_REQUEST_NO_AUTH, 4);
VALUE(INTEG_EMIT_KEEP, 1);
VALUE(INTEG_EMIT_ALLOW_MISSING, 2);
VALUE(INTEG_EMIT_STREAMING, 4);
VALUE(INTEG_EMIT_DISTINCT, 8);
VALUE(INTEG_DOC_CONFIG, 0);
VALUE(INTEG_DOC_STATE, 1);
VALUE(INTEG_DOC_SLICE, 2);
VALUE(INTEG_DOC_OPTIONS, 3);
VALUE(INTEG_DOC_SCHEMA, 4);
VALUE(INTEG_DOC_SELECTION, 5);
VALUE(INTEG_DOC_DATA, 6);
VALUE(INTEG_DOC_SLICES, 7);
VALUE(INTEG_LOG_DEBUG, 0);
VALUE(INTEG_LOG_INFO, 1);
VALUE(INTEG_LOG_WARN, 2);
VALUE(INTEG_LOG_ERROR, 3);

HOLDS(INTEG_ABI_MINOR == 0, "INTEG_ABI_MINOR");
HOLDS(sizeof(INTEG_ENTRY_SYMBOL) == sizeof("integ_plugin_entry_v1"), "INTEG_ENTRY_SYMBOL");
