// The integ_host table of the testing host: each C function, thin, over Run.
#pragma once

#include <integ/abi.h>
#include <integ/testing/table.hpp>

#include <memory>
#include <string>
#include <utility>

namespace integ {
inline namespace v1 {
namespace testing {

inline const integ_node* node_handle(const Node* node) { return reinterpret_cast<const integ_node*>(node); }

inline void fill(integ_value* out, const Node* node) {
  const auto size = out->size;
  *out = integ_value{};
  out->size = size;
  if (node == nullptr) return;
  out->kind = node->kind;
  out->count = node->children.size();
  out->text = detail::str(node->kind == INTEG_STRING ? std::string_view(node->string) : node->text);
  if (node->emitted) out->text = {nullptr, 0};
  if (node->kind == INTEG_BOOL) out->integer = node->text == "true" ? 1 : 0;
  if (node->kind == INTEG_INT || node->kind == INTEG_DOUBLE) {
    const char* const end = node->text.data() + node->text.size();
    std::from_chars(node->text.data(), end, out->number);
    // Past int64 it is a number like any other, with its digits in text.
    const bool fits = std::from_chars(node->text.data(), end, out->integer).ec == std::errc();
    if (node->kind == INTEG_INT && !fits) out->kind = INTEG_DOUBLE;
  }
  if (node->kind == INTEG_ARRAY || node->kind == INTEG_OBJECT) out->node = node_handle(node);
}

// No exception leaves the table: the test reads what went wrong as the error of the run.
template <class F>
integ_status safely(integ_http_context* context, F&& body) noexcept {
  if (context == nullptr) return INTEG_E_ARGUMENT;
  auto& run = Run::of(context);
  try {
    return body(run);
  } catch (const std::exception& problem) {
    return run.fail(INTEG_E_ARGUMENT, problem.what());
  }
}

inline integ_host make_table() {
  integ_host host{};
  host.size = sizeof(host);
  host.abi_minor = INTEG_ABI_MINOR;
  host.name = INTEG_STR_INIT("integ-testing");
  host.version = INTEG_STR_INIT("0.1.0");

  host.stream = [](integ_http_context* c) { return Run::of(c).stream; };
  host.open_stream = [](integ_http_context* c, integ_str name, integ_http_context** out) {
    return safely(c, [&](Run& run) {
      *out = nullptr;
      const std::string key(detail::view(name));
      const auto found = run.shared->streams.find(key);
      if (found == run.shared->streams.end()) return INTEG_OK + 0;
      auto& opened = run.opened[key];
      if (opened == nullptr) {
        opened = std::make_unique<Run>();
        opened->shared = run.shared;
        opened->stream = found->second;
      }
      *out = opened->handle();
      return INTEG_OK + 0;
    });
  };
  host.document = [](integ_http_context* c, std::int32_t which) -> const integ_node* {
    const auto& documents = Run::of(c).documents;
    const auto found = documents.find(which);
    return found == documents.end() ? nullptr : node_handle(&found->second->root());
  };
  host.get = [](integ_http_context* c, const integ_node* node, integ_str pointer, integ_value* out) {
    return safely(c, [&](Run&) {
      fill(out, reinterpret_cast<const Node*>(node)->find(detail::view(pointer)));
      return INTEG_OK + 0;
    });
  };
  host.item = [](integ_http_context* c, const integ_node* node, std::uint64_t index, integ_str* key, integ_value* out) {
    return safely(c, [&](Run&) {
      const auto& parent = *reinterpret_cast<const Node*>(node);
      const bool there = index < parent.children.size() && !parent.emitted;
      fill(out, there ? &parent.children[index] : nullptr);
      if (key != nullptr) *key = there ? detail::str(parent.children[index].key) : integ_str{nullptr, 0};
      return INTEG_OK + 0;
    });
  };

  host.fetch = [](integ_http_context* c, const integ_request* request, integ_response** io) {
    return safely(c, [&](Run& run) { return run.send(request, io); });
  };
  host.emit_batch = [](integ_http_context* c, const integ_request* request, const integ_emit* emit, integ_response** io,
                       std::uint64_t* emitted) {
    return safely(c, [&](Run& run) {
      const auto status = run.send(request, io);
      return status == INTEG_OK ? run.emit(*reinterpret_cast<Page*>(*io), emit, emitted) : status;
    });
  };
  host.emit_response = [](integ_http_context* c, integ_response* page, const integ_emit* emit, std::uint64_t* emitted) {
    return safely(c, [&](Run& run) {
      const auto status = page == nullptr ? INTEG_E_ARGUMENT : run.blocking();
      return status == INTEG_OK ? run.emit(*reinterpret_cast<Page*>(page), emit, emitted) : status;
    });
  };
  host.observed = [](integ_http_context* c, const integ_response* page, std::size_t index, integ_value* out) {
    return safely(c, [&](Run&) {
      const auto& document = reinterpret_cast<const Page*>(page)->observed.at(index);
      fill(out, document == nullptr ? nullptr : &document->root());
      return INTEG_OK + 0;
    });
  };
  // Noted, and nothing more: it is a hint.
  host.prefetch = [](integ_http_context* c, const integ_request* request) {
    return safely(c, [&](Run& run) {
      run.shared->result.prefetched.push_back(sent_of(*request).url);
      return INTEG_OK + 0;
    });
  };
  host.response_url = [](const integ_response* page) { return detail::str(reinterpret_cast<const Page*>(page)->url); };
  host.response_status = [](const integ_response* page) -> std::int32_t {
    return reinterpret_cast<const Page*>(page)->status;
  };
  host.response_header = [](const integ_response* page, integ_str name, std::uint32_t nth, integ_str* out) {
    *out = {nullptr, 0};
    for (const auto& [key, value] : reinterpret_cast<const Page*>(page)->answer.headers) {
      if (detail::lower(key) == detail::lower(detail::view(name)) && nth-- == 0) {
        *out = detail::str(value);
        break;
      }
    }
    return INTEG_OK + 0;
  };
  host.response_body = [](const integ_response* page) {
    return detail::str(reinterpret_cast<const Page*>(page)->answer.body);
  };
  host.response_json = [](integ_http_context*, integ_response* response) -> const integ_node* {
    auto& page = *reinterpret_cast<Page*>(response);
    try {
      if (page.json == nullptr) page.json = document_of(page);
      return node_handle(&page.json->root());
    } catch (const std::invalid_argument&) {
      return nullptr;
    }
  };
  host.response_release = [](integ_http_context* c, integ_response* response) {
    auto& pages = Run::of(c).pages;
    std::erase_if(pages, [&](const auto& page) { return page.get() == reinterpret_cast<Page*>(response); });
  };

  host.emit_values = [](integ_http_context* c, integ_str json) {
    return safely(c, [&](Run& run) {
      if (const auto status = run.blocking(); status != INTEG_OK) return status;
      const Document values{std::string(detail::view(json))};
      if (values.root().kind == INTEG_OBJECT) run.output("record", std::string(values.root().text));
      if (values.root().kind == INTEG_ARRAY) {
        for (const auto& item : values.root().children) run.output("record", std::string(item.text));
      }
      return run.emitted();
    });
  };
  host.emit_state = [](integ_http_context* c, integ_str json) {
    return safely(c, [&](Run& run) {
      if (const auto status = run.blocking(); status != INTEG_OK) return status;
      if (json.data != nullptr) {
        run.output("state", std::string(Document(std::string(detail::view(json))).root().text));
      } else {
        const auto& state = run.documents[INTEG_DOC_STATE];
        const bool there = state != nullptr && state->root().kind != INTEG_NULL;
        run.output("state", there ? std::string(state->root().text) : "{}");
      }
      return INTEG_OK + 0;
    });
  };
  host.add_slice = [](integ_http_context* c, integ_str key, integ_str json, std::uint64_t weight) {
    return safely(c, [&](Run& run) {
      run.shared->result.slices.push_back({std::string(detail::view(key)), std::string(detail::view(json)), weight});
      return INTEG_OK + 0;
    });
  };
  host.add_stream = [](integ_http_context* c, const integ_stream* stream) {
    return safely(c, [&](Run& run) {
      if (stream->runner != nullptr || stream->self != nullptr)
        return run.fail(INTEG_E_ARGUMENT, "A discovered stream has no runner.");
      run.shared->result.streams.emplace_back(detail::view(stream->name));
      return INTEG_OK + 0;
    });
  };

  host.write = [](integ_sink*, const integ_str*, std::size_t) { return INTEG_E_UNSUPPORTED + 0; };
  host.sync = [](integ_sink*) { return INTEG_E_UNSUPPORTED + 0; };
  host.open_sink = [](integ_http_context*, integ_str, std::uint32_t, integ_sink**) { return INTEG_E_UNSUPPORTED + 0; };
  host.close_sink = [](integ_sink*, std::int32_t) { return INTEG_E_UNSUPPORTED + 0; };

  host.set_auth = [](integ_http_context* c, const integ_pair* headers, std::size_t header_count,
                     const integ_pair* query, std::size_t query_count, std::int64_t) {
    return safely(c, [&](Run& run) {
      const auto note = [&](const integ_pair& pair) {
        run.shared->result.auth.emplace_back(detail::view(pair.name), detail::view(pair.value));
      };
      std::for_each(headers, headers + header_count, note);
      std::for_each(query, query + query_count, note);
      return INTEG_OK + 0;
    });
  };
  host.update_config = [](integ_http_context* c, integ_str patch) {
    return safely(c, [&](Run& run) {
      run.shared->result.config_patches.emplace_back(detail::view(patch));
      return INTEG_OK + 0;
    });
  };
  host.mark_secret = [](integ_http_context*, integ_str) { return INTEG_OK + 0; };
  host.log = [](integ_http_context* c, std::int32_t, integ_str message) {
    if (c != nullptr) Run::of(c).shared->result.logs.emplace_back(detail::view(message));
  };
  host.cancelled = [](integ_http_context* c) -> std::int32_t {
    const auto& shared = *Run::of(c).shared;
    return shared.cancel_after > 0 && shared.calls >= shared.cancel_after ? 1 : 0;
  };
  // A clock that only this run moves: a microsecond a look, and whatever is slept.
  host.now_ns = [](integ_http_context* c) { return Run::of(c).shared->now_ns += 1000; };
  host.sleep_ns = [](integ_http_context* c, std::int64_t duration) {
    auto& run = Run::of(c);
    run.shared->now_ns += duration;
    return run.blocking();
  };
  host.fail = [](integ_http_context* c, integ_status status, integ_str message) {
    const integ_status negative = status < 0 ? status : INTEG_E_INTERNAL;
    return safely(c, [&](Run& run) { return run.fail(negative, std::string(detail::view(message))); });
  };
  host.error = [](integ_http_context* c) { return detail::str(Run::of(c).error); };
  host.get_extension = [](const integ_host*, integ_str) -> const void* { return nullptr; };
  return host;
}

}  // namespace testing
}  // namespace v1
}  // namespace integ
