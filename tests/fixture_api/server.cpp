#include "fixture_api/server.hpp"

#include "fixture_api/listener.hpp"
#include "fixture_api/pokeapi.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <utility>

namespace fixture_api {

class FixtureApi::Impl {
 public:
  explicit Impl(const Options& options)
      : pokeapi_(options.pokemon, options.page_size),
        listener_(options.port, [this](Request request) { return answer(std::move(request)); }) {}

  Delivery answer(Request request) {
    Delivery delivery;
    const std::optional<Fault> fault = faults.next(request);
    if (fault) {
      delivery.first_byte_delay = fault->first_byte_delay;
      delivery.close = fault->close;
      delivery.body_limit = fault->body_limit;
      delivery.stall = fault->stall;
    }
    if (fault && fault->instead) {
      delivery.response = *fault->instead;
    } else if (!delivery.close) {
      delivery.response = true_answer(request);
    }
    request.answered = delivery.close ? 0 : delivery.response.status;
    const std::lock_guard lock(mutex_);
    log_.push_back(std::move(request));
    return delivery;
  }

  void set_handler(std::string where, Handler handler) {
    const std::lock_guard lock(mutex_);
    handlers_.insert_or_assign(std::move(where), std::make_shared<const Handler>(std::move(handler)));
  }

  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  std::vector<Request> requests(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    std::vector<Request> found;
    std::ranges::copy_if(log_, std::back_inserter(found), [path](const Request& r) { return r.path == path; });
    return found;
  }

  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return log_.size();
  }

  std::size_t count(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(log_, path, &Request::path));
  }

  void forget_requests() {
    const std::lock_guard lock(mutex_);
    log_.clear();
  }

  Listener& listener() { return listener_; }
  const PokeApi& pokeapi() const { return pokeapi_; }

  FaultPlan faults;
  Updates updates;
  Shopify shopify;
  Klaviyo klaviyo;
  Sitoo sitoo;
  Storm storm;

 private:
  Response true_answer(const Request& request) {
    try {
      if (const auto handler = handler_of(request)) return (*handler)(request);
      if (auto response = pokeapi_.answer(request)) return *std::move(response);
      if (auto response = updates.answer(request)) return *std::move(response);
      if (auto response = shopify.answer(request)) return *std::move(response);
      if (auto response = klaviyo.answer(request)) return *std::move(response);
      if (auto response = sitoo.answer(request)) return *std::move(response);
      if (auto response = storm.answer(request)) return *std::move(response);
    } catch (const std::exception& error) {
      return json_error(500, error.what());
    }
    return json_error(404, "nothing here");
  }

  std::shared_ptr<const Handler> handler_of(const Request& request) const {
    const std::lock_guard lock(mutex_);
    auto found = handlers_.find(request.target);
    if (found == handlers_.end()) found = handlers_.find(request.path);
    return found == handlers_.end() ? nullptr : found->second;
  }

  const PokeApi pokeapi_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Handler>, std::less<>> handlers_;
  std::vector<Request> log_;
  Listener listener_;  // last: its threads use all of the above
};

FixtureApi::FixtureApi() : FixtureApi(Options{}) {}
FixtureApi::FixtureApi(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
FixtureApi::~FixtureApi() = default;

std::uint16_t FixtureApi::port() const { return impl_->listener().port(); }
std::string FixtureApi::url(std::string_view path) const {
  return ("http://127.0.0.1:" + std::to_string(port())).append(path);
}
void FixtureApi::stop() { impl_->listener().stop(); }

void FixtureApi::fail(std::string where, Fault fault) { impl_->faults.add(std::move(where), std::move(fault)); }
void FixtureApi::clear_faults() { impl_->faults.clear(); }

void FixtureApi::set_page(std::string where, std::string body, std::string content_type) {
  Response response;
  response.body = std::move(body);
  response.content_type = std::move(content_type);
  set_page(std::move(where), std::move(response));
}
void FixtureApi::set_page(std::string where, Response response) {
  set_handler(std::move(where), [response = std::move(response)](const Request&) { return response; });
}
void FixtureApi::set_handler(std::string where, Handler handler) {
  impl_->set_handler(std::move(where), std::move(handler));
}

std::vector<Request> FixtureApi::requests() const { return impl_->requests(); }
std::vector<Request> FixtureApi::requests(std::string_view path) const { return impl_->requests(path); }
std::size_t FixtureApi::count() const { return impl_->count(); }
std::size_t FixtureApi::count(std::string_view path) const { return impl_->count(path); }
std::size_t FixtureApi::connections() const { return impl_->listener().accepted(); }
void FixtureApi::forget_requests() { impl_->forget_requests(); }

const std::vector<std::string>& FixtureApi::pokemon() const { return impl_->pokeapi().names(); }
Updates& FixtureApi::updates() { return impl_->updates; }
Shopify& FixtureApi::shopify() { return impl_->shopify; }
Klaviyo& FixtureApi::klaviyo() { return impl_->klaviyo; }
Sitoo& FixtureApi::sitoo() { return impl_->sitoo; }
Storm& FixtureApi::storm() { return impl_->storm; }

}  // namespace fixture_api
