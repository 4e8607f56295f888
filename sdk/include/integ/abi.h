/* The integ plug-in ABI, major version 1.
 *
 * A plug-in is a shared library that exports one C function, integ_plugin_entry_v1. It answers with a
 * static description of connectors (what to request) and protocol adapters (how to write what was
 * found); the host calls back through the table of functions in integ_host. The rules that are no C,
 * in sdk/docs/abi.md, are part of this contract. The short form of the most important:
 *
 *  - The producer of a struct sets `size`; the consumer reads a member only if INTEG_HAS says it is
 *    there and, for functions, it is not NULL. Structs grow at the tail only. integ_str, integ_pair,
 *    integ_field and integ_observe are frozen.
 *  - Nobody frees the other side's memory. What is passed in is borrowed for that call; what the host
 *    hands out lives until the next call that reuses its response or, for documents, until `run` returns.
 *  - Text is UTF-8, counted and not NUL-terminated. Bodies are bytes.
 *  - Nothing unwinds across the boundary: no exception, longjmp, exit or abort.
 *  - Threads: [run] only on the thread that entered the plug-in, during that call; [any] from any
 *    thread during it; [session] inside a call of an adapter's session.
 *
 * The header is C99 and up, and C++11 and up. Until the first release it may still change.
 */
#ifndef INTEG_ABI_H_
#define INTEG_ABI_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define INTEG_ABI_MINOR 0
#define INTEG_ENTRY_SYMBOL "integ_plugin_entry_v1"

#if defined(__GNUC__)
#define INTEG_EXPORT __attribute__((visibility("default")))
#else
#define INTEG_EXPORT
#endif

/* True when the producer of *p knew about `field`. */
#define INTEG_HAS(p, type, field) \
  ((p)->size >= offsetof(type, field) + sizeof(((const type *)0)->field))

/* An integ_str of a string literal, also in a static initialiser. */
#define INTEG_STR_INIT(literal) { (literal), sizeof(literal) - 1 }

/* ---- vocabulary: frozen; integ_str is passed by value ---- */
typedef struct integ_str { const char *data; size_t size; } integ_str; /* UTF-8, not NUL-terminated; {NULL, 0}: absent */
typedef struct integ_http_context integ_http_context; /* one run of one stream (and slice); host-owned */
typedef struct integ_response integ_response;         /* an answer; host-owned */
typedef struct integ_node integ_node;                 /* a JSON value inside a host-owned document */

/* Zero is success, positive says what to do, negative is an error. Check every status: return what is
 * not zero, or handle a negative one knowingly. */
typedef int32_t integ_status;
enum {
  INTEG_OK = 0,
  INTEG_STOP = 1,      /* the host has what it needs: return it, nothing went wrong */
  INTEG_CANCELLED = 2, /* a person or a deadline asked to end: return it promptly */
  INTEG_AGAIN = 3,     /* only for INTEG_REQUEST_REBUILD: the host has waited; build the request again, call again with the same io */
  INTEG_E_INTERNAL = -1, INTEG_E_ARGUMENT = -2, INTEG_E_UNSUPPORTED = -3, INTEG_E_CONFIG = -4,
  INTEG_E_AUTH = -5, INTEG_E_FORBIDDEN = -6, INTEG_E_NETWORK = -7, INTEG_E_TIMEOUT = -8,
  INTEG_E_HTTP = -9, INTEG_E_RATE_LIMITED = -10, INTEG_E_MALFORMED = -11, INTEG_E_NOT_FOUND = -12,
  INTEG_E_SCHEMA = -13, INTEG_E_LIMIT = -14, INTEG_E_OUTPUT = -15
};

/* The kinds of an integ_value. INT only when the number is an integer that fits int64, else DOUBLE. */
enum { INTEG_ABSENT, INTEG_NULL, INTEG_BOOL, INTEG_INT, INTEG_DOUBLE, INTEG_STRING, INTEG_ARRAY, INTEG_OBJECT };

/* What a look-up found. A pointer that leads nowhere is OK with kind ABSENT. */
typedef struct integ_value { /* out: the caller sets size */
  uint32_t size;
  int32_t kind;
  int64_t integer;        /* bool, int */
  double number;          /* int, double */
  uint64_t count;         /* of an array or object */
  integ_str text;         /* a string's bytes, unescaped; a number's own text; of an array or object its JSON text where the host holds it */
  const integ_node *node; /* for further look-ups; NULL where there is nothing below */
} integ_value;

/* A header or a query parameter; a name may come more than once. */
typedef struct integ_pair { integ_str name; integ_str value; uint32_t flags; uint32_t reserved; } integ_pair;
enum { INTEG_PAIR_SECRET = 1u }; /* never shown */

/* A key: a JSON pointer into the record (RFC 6901) and the order it sorts by. */
typedef struct integ_field { integ_str pointer; int32_t order; uint32_t flags; } integ_field; /* order: 0, +1, -1 */

/* A field that the host notes in each record while it looks for their bounds: a cursor or the parents'
 * keys cost no parsed tree. Numbers compare as numbers, else bytes; with TIME as instants. */
typedef struct integ_observe { integ_str pointer; int32_t what; uint32_t flags; } integ_observe; /* a field noted in each emitted record */
enum { INTEG_OBSERVE_LAST, INTEG_OBSERVE_MAX, INTEG_OBSERVE_MIN, INTEG_OBSERVE_ALL };
enum { INTEG_OBSERVE_TIME = 1u }; /* compare as instants: RFC 3339 with its zone, or a date */

/* ---- what a connector is ---- */
typedef struct integ_host integ_host;

/* The work of one stream. Every function but run may be NULL. The context lives until the function
 * returns. `run` is a plain blocking function on a thread of its own, once a stream or slice; several
 * may be under way in one process unless the connector says SERIAL. STOP or CANCELLED may be returned
 * only after the host answered it. */
typedef struct integ_runner {
  uint32_t size;
  uint32_t flags;
  integ_status (*run)(void *self, const integ_host *, integ_http_context *);    /* one stream (slice), to its end */
  integ_status (*slices)(void *self, const integ_host *, integ_http_context *); /* name the parts that can run apart */
  integ_status (*check)(void *self, const integ_host *, integ_http_context *);  /* absent: run, stopped at the first page */
  integ_status (*finish)(void *self, const integ_host *, integ_http_context *); /* after all slices ended OK: emit_state here replaces the slices' states */
} integ_runner;

/* One stream of records and the keys it is known by. json_schema is an object with `properties`.
 * A stream without a runner belongs to the connector's `interleaved`. */
typedef struct integ_stream {
  uint32_t size;
  uint32_t flags;
  integ_str name;
  integ_str name_space;
  integ_str json_schema;                                        /* of one record */
  const integ_field *primary_key; size_t primary_key_count;
  const integ_field *order_by;    size_t order_by_count;
  const integ_field *iterate_by;  size_t iterate_by_count;      /* the cursor: what an incremental run goes by */
  const integ_runner *runner;
  void *self;                                                   /* handed to the runner */
  integ_str data;                                               /* JSON of the connector's own; of a discovered stream: what its run needs to know */
  integ_str annotations;                                        /* JSON by adapter, {"airbyte": {...}}; or empty */
} integ_stream;
enum { INTEG_STREAM_INCREMENTAL = 1u, INTEG_STREAM_CUSTOM_PRIMARY_KEY = 2u, INTEG_STREAM_CUSTOM_ORDER_BY = 4u,
       INTEG_STREAM_CUSTOM_ITERATE_BY = 8u, INTEG_STREAM_RESUMABLE = 16u /* a full refresh goes on from its state, too */ };

/* Names are [a-z0-9-]{1,64}, versions are semver. allowed_hosts is the connector's permission list: the
 * host checks it on every request, redirect and pagination link. */
typedef struct integ_connector {
  uint32_t size;
  uint32_t flags;
  integ_str name, version, title, documentation_url, notes, license;
  integ_str config_schema;                                      /* JSON Schema; secrets say "airbyte_secret": true */
  const integ_str *allowed_hosts; size_t allowed_hosts_count;   /* "api.x.com", "*.x.com", "{config:/url}"; none: nowhere */
  const integ_stream *const *streams; size_t stream_count;
  void *self;                                                   /* handed to discover, interleaved and dynamic */
  integ_status (*discover)(void *self, const integ_host *, integ_http_context *); /* optional: streams known only at run time */
  integ_status (*authorize)(void *self, const integ_host *, integ_http_context *); /* optional: get credentials, answer with set_auth */
  const integ_runner *dynamic;                                  /* runs the streams that discover added; required with it */
  const integ_runner *interleaved;                              /* optional: one run that emits to every stream whose runner is NULL */
  integ_str http;                                               /* JSON: retry rules and limits; the grammar of a pipeline's http: */
  integ_str annotations;                                        /* JSON by adapter, {"airbyte": {"advanced_auth": ...}}; or empty */
} integ_connector;
enum { INTEG_CONNECTOR_SERIAL = 1u }; /* never two runs at once in one process */

/* ---- what a protocol adapter is ---- */
typedef struct integ_sink integ_sink;       /* where bytes go: stdout, a file, a process; host-owned */
typedef struct integ_session integ_session; /* the adapter's own, from open to close */

/* Records of one stream, of one page, in order. `stream` is the very pointer that stream() was given. */
typedef struct integ_batch {
  uint32_t size;
  uint32_t flags;
  const integ_stream *stream;
  const integ_str *records; size_t record_count; /* each one whole valid JSON object on one line */
  int64_t extracted_at_ms;
} integ_batch;

/* ASK: hand on what is buffered, and say what is safe by now. NOW: make all of it durable. */
enum { INTEG_FLUSH_ASK, INTEG_FLUSH_NOW }; /* what is durable by now; make all of it durable */
/* What an event tells, always as one JSON object; the shapes are in sdk/docs/abi.md. */
enum { INTEG_EVENT_SPEC = 1, INTEG_EVENT_CONNECTION_STATUS, INTEG_EVENT_CATALOG, INTEG_EVENT_STREAM_STATUS,
       INTEG_EVENT_LOG, INTEG_EVENT_ERROR, INTEG_EVENT_ESTIMATE, INTEG_EVENT_CONFIG };

/* A protocol adapter: spec, catalog, records, states and events in, bytes (or rows) out. One session is
 * used by one thread at a time. `state` comes after all records it covers and carries a ticket, rising
 * within a session; `flush` answers the highest ticket whose state and records are safe, and only then
 * does the host store that state. */
typedef struct integ_adapter {
  uint32_t size;
  uint32_t flags;
  integ_str name, version, title, documentation_url;
  integ_str options_schema;
  void *self;
  integ_status (*open)(void *self, const integ_host *, integ_http_context *, integ_sink *, integ_session **out);
  integ_status (*stream)(integ_session *, const integ_stream *, integ_str catalog_entry); /* before its first batch, again when its schema changes */
  integ_status (*restore)(integ_session *, const integ_stream *, integ_str *state); /* optional, after stream(): durable at the destination, wins over the host's */
  integ_status (*records)(integ_session *, const integ_batch *);
  integ_status (*state)(integ_session *, const integ_stream *, integ_str state, uint64_t ticket);
  integ_status (*event)(integ_session *, int32_t kind, integ_str json); /* INTEG_EVENT_... */
  integ_status (*flush)(integ_session *, int32_t how, uint64_t *confirmed_ticket);
  integ_status (*close)(integ_session *, integ_status how_it_ended);    /* confirms nothing; the session is gone after it */
} integ_adapter;
enum { INTEG_ADAPTER_NO_SINK = 1u,           /* writes to a place of its own */
       INTEG_ADAPTER_SELECTED_FIELDS = 2u }; /* the host cuts records to the selected fields */

/* What the entry returns: static, the same pointer every time. */
typedef struct integ_plugin {
  uint32_t size;
  uint16_t abi_minor;           /* INTEG_ABI_MINOR that it was compiled with */
  uint16_t host_minor_required; /* the lowest host minor it can live with */
  uint32_t flags;
  uint32_t reserved;
  const integ_connector *const *connectors; size_t connector_count;
  const integ_adapter *const *adapters;     size_t adapter_count;
  const integ_str *required_extensions;     size_t required_extensions_count;
  const void *(*get_extension)(integ_str id); /* [any] optional */
} integ_plugin;

/* ---- what the host offers ---- */
/* A request. Query parameters are percent-encoded and appended to the url, which goes out as given. */
typedef struct integ_request {
  uint32_t size;
  uint32_t flags;
  integ_str method; /* empty: GET */
  integ_str url;
  const integ_pair *query;   size_t query_count;
  const integ_pair *headers; size_t headers_count;
  integ_str body;
  integ_str parser;         /* empty: what the bytes are; "json", "gzip,jsonl", "xml?array=items.item", "csv" */
  uint32_t timeout_ms;      /* 0: the host's */
  uint32_t reserved;
} integ_request;
/* RETRY_SAFE: a POST or PATCH may be repeated. REBUILD: sent once a call; where the host would repeat it,
 * it waits, then answers INTEG_AGAIN. NO_AUTH: without the credentials that `authorize` gave. */
enum { INTEG_REQUEST_RETRY_SAFE = 1u, INTEG_REQUEST_REBUILD = 2u, INTEG_REQUEST_NO_AUTH = 4u };

/* Where the records of an answer are, and what to do with them. All or nothing a call, but for STREAMING. */
typedef struct integ_emit {
  uint32_t size;
  uint32_t flags;
  integ_str records; /* JSON pointer to the array; "" the whole body */
  integ_str record;  /* pointer inside each element; "" the element */
  integ_str extra;   /* JSON object merged into each record, or empty */
  const integ_observe *observe; size_t observe_count;
  integ_str total;   /* pointer in the answer to how many records there are in all, or empty: for progress and estimates */
} integ_emit;
/* KEEP: the emitted items stay readable in the answer. ALLOW_MISSING: no array there is no error.
 * STREAMING: records go out as they close, for bodies larger than memory, so that a failure may follow
 * them; not with KEEP. DISTINCT: the records of the emission before, once more, are an error and not
 * emitted: the server ignores which page is asked for. */
enum { INTEG_EMIT_KEEP = 1u, INTEG_EMIT_ALLOW_MISSING = 2u, INTEG_EMIT_STREAMING = 4u, INTEG_EMIT_DISTINCT = 8u };

/* The documents of a context, each readable with get and item. STATE is JSON null when there is none;
 * SCHEMA is json_schema cut to the selected fields; SELECTION is {"sync_mode", "cursor_field": [],
 * "primary_key": [[]], "fields": [pointers], "started_at"}; OPTIONS is an adapter's; SLICES, in finish, is
 * {KEY: state} of the slices that ended. */
enum { INTEG_DOC_CONFIG, INTEG_DOC_STATE, INTEG_DOC_SLICE, INTEG_DOC_OPTIONS, INTEG_DOC_SCHEMA, INTEG_DOC_SELECTION, INTEG_DOC_DATA,
       INTEG_DOC_SLICES };
enum { INTEG_LOG_DEBUG, INTEG_LOG_INFO, INTEG_LOG_WARN, INTEG_LOG_ERROR };

/* The host's side. `io` of fetch and emit_batch is never NULL; *io NULL allocates, else the buffers are
 * reused; after every call but E_ARGUMENT *io is set, with status 0 where no answer came. */
struct integ_host {
  uint32_t size;
  uint32_t abi_minor;
  integ_str name, version;

  const integ_stream *(*stream)(integ_http_context *);                                              /* [run] */
  integ_status (*open_stream)(integ_http_context *, integ_str name, integ_http_context **out);      /* [run] interleaved */
  const integ_node *(*document)(integ_http_context *, int32_t which);                               /* [run] */
  integ_status (*get)(integ_http_context *, const integ_node *, integ_str pointer, integ_value *);  /* [run] */
  integ_status (*item)(integ_http_context *, const integ_node *, uint64_t index, integ_str *key, integ_value *); /* [run] */

  integ_status (*fetch)(integ_http_context *, const integ_request *, integ_response **io);          /* [run] blocks */
  integ_status (*emit_batch)(integ_http_context *, const integ_request *, const integ_emit *,
                             integ_response **io, uint64_t *emitted);                               /* [run] blocks */
  integ_status (*emit_response)(integ_http_context *, integ_response *, const integ_emit *, uint64_t *emitted); /* [run] blocks */
  integ_status (*observed)(integ_http_context *, const integ_response *, size_t index, integ_value *); /* [run] of the last emission's observe[index] */
  integ_status (*prefetch)(integ_http_context *, const integ_request *);                            /* [run] a hint: this very request comes soon */
  integ_str (*response_url)(const integ_response *);                                                /* [run] */
  int32_t (*response_status)(const integ_response *);                                               /* [run] */
  integ_status (*response_header)(const integ_response *, integ_str name, uint32_t nth, integ_str *out); /* [run] */
  integ_str (*response_body)(const integ_response *);                                               /* [run] */
  const integ_node *(*response_json)(integ_http_context *, integ_response *);                       /* [run] */
  void (*response_release)(integ_http_context *, integ_response *);                                 /* [run] */

  integ_status (*emit_values)(integ_http_context *, integ_str json);                                /* [run] blocks */
  integ_status (*emit_state)(integ_http_context *, integ_str json);                                 /* [run] blocks; {NULL, 0}: the state as it came in */
  integ_status (*add_slice)(integ_http_context *, integ_str key, integ_str json, uint64_t weight);  /* [run] in slices() */
  integ_status (*add_stream)(integ_http_context *, const integ_stream *);                           /* [run] in discover() */

  integ_status (*write)(integ_sink *, const integ_str *parts, size_t count);                        /* [session] blocks */
  integ_status (*sync)(integ_sink *);                                                               /* [session] blocks */
  integ_status (*open_sink)(integ_http_context *, integ_str path, uint32_t flags, integ_sink **);   /* [session] one more, a file a stream say */
  integ_status (*close_sink)(integ_sink *, int32_t keep);                                           /* [session] keep: into its place; else gone */

  integ_status (*set_auth)(integ_http_context *, const integ_pair *headers, size_t header_count,
                           const integ_pair *query, size_t query_count, int64_t valid_ms);          /* [run] in authorize() */
  integ_status (*update_config)(integ_http_context *, integ_str merge_patch);                       /* [run] blocks until stored */
  integ_status (*mark_secret)(integ_http_context *, integ_str value);                               /* [any] */
  void (*log)(integ_http_context *, int32_t level, integ_str message);                              /* [any] */
  int32_t (*cancelled)(integ_http_context *);                                                       /* [any] */
  int64_t (*now_ns)(integ_http_context *);                                                          /* [any] */
  integ_status (*sleep_ns)(integ_http_context *, int64_t);                                          /* [run] blocks */

  integ_status (*fail)(integ_http_context *, integ_status, integ_str message);                      /* [run] returns its status */
  integ_str (*error)(integ_http_context *);                                                         /* [run] */
  const void *(*get_extension)(const integ_host *, integ_str id);                                   /* [any] */
};

/* The only symbol that a plug-in exports: pure, fast, callable from any thread, more than once. */
#ifndef INTEG_NO_ENTRY_PROTOTYPE /* cgo's //export declares it itself */
INTEG_EXPORT const integ_plugin *integ_plugin_entry_v1(const integ_host *host);
#endif

#ifdef __cplusplus
}
#endif
#endif
