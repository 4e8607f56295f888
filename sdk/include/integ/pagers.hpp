// How the next page is found. Each is handed to integ::pages() (paging.hpp), which says what it is for:
//
//   integ::next_link("/links/next")            // a link in the body: a JSON pointer
//   integ::link_header()                       // a Link header, relation "next"
//   integ::page_number("page")                 // 1, 2, 3, ...; .first(0) for those that begin at 0
//   integ::offset("offset")                    // moves on by the rows received, back by those that a total lost
//   integ::cursor("cursor", "/next_cursor")    // a token of the last page into the next request
//   integ::marker("starting_after", "/id")     // a field of the last record into the next request
//
// All of them: .has_more("/has_more"), a flag in the body that is believed: an explicit false ends the
// paging even where there is a token, and true where nobody can say how to go on is an error, no end.
// Without it, a link, a token or a marker ends where there is none; page_number and offset end at an empty
// page, or at what .total("/count") (rows) or .total_pages("/pages") state. A short page is no end, and
// neither is an empty one for a link or a token.
#pragma once

#include <integ/context.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace integ {
inline namespace v1 {

// A page that was just emitted.
struct SeenPage {
  const Response& page;
  std::uint64_t rows = 0;    // that the server gave
  std::optional<bool> more;  // what it says of further ones, where it does
};

namespace detail {

// A number as APIs write it, 12 or "12"; nothing for anything else.
inline std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}
inline std::optional<std::int64_t> number_at(const Response& page, std::string_view pointer) {
  if (pointer.empty()) return std::nullopt;
  const Value value = page.at(pointer);
  return value.is_string() || value.is_number() ? number_of(value.text()) : std::nullopt;
}

// true, 1 and "true" against false, 0 and "false".
inline std::optional<bool> flag_at(const Response& page, std::string_view pointer) {
  const Value value = page.at(pointer);
  if (value.is_bool()) return value.boolean();
  if (!value.is_string() && !value.is_number()) return std::nullopt;
  const std::string text = lower(value.text());
  if (text == "true" || text == "1") return true;
  return text == "false" || text == "0" ? std::optional(false) : std::nullopt;
}

// An emission option that asks for nothing.
struct NoOption {
  void apply(Emission&) const {}
};

// What all pagers have. A Self has
//   begin(request)           puts the first page's parameters into the request
//   go_to(request, text)     the same for the page that position() named in an earlier run
//   next(request, seen)      turns the request into that of the next page; false: there is none
//   position()               names the page that the request asks for, to be kept in a state
template <class Self>
class Pager {
 public:
  Self& has_more(std::string pointer) { return has_more_ = std::move(pointer), self(); }

  std::optional<bool> says_more(const Response& page) const {
    return has_more_.empty() ? std::nullopt : flag_at(page, has_more_);
  }
  const std::string& has_more() const { return has_more_; }

  // What a pager may have: a total that pages state, a field to note in each record, pages that must differ, requests
  // known ahead.
  std::string_view stated_total() const { return {}; }
  NoOption observation() { return {}; }
  std::uint32_t flags() const { return 0; }
  unsigned window() const { return 0; }
  std::optional<Request> ahead(const Request&, unsigned) const { return std::nullopt; }

 protected:
  Self& self() { return static_cast<Self&>(*this); }

 private:
  std::string has_more_;
};

template <class Self>
class LinkPager : public Pager<Self> {
 public:
  // A link may lead to a page that was read before, whose content differs by then. Without it that is an error: the
  // pages would go round in a circle.
  Self& may_repeat() { return circles_ = true, this->self(); }

  void begin(const Request& request) {
    base_ = request.url();
    read_.insert(std::hash<std::string>()(base_));
  }
  void go_to(Request& request, const std::string& position) { request.follow(resolve_url(base_, position)); }
  std::string position() const { return relative_to_origin(base_, link_); }

 protected:
  bool follow(Request& request, std::string link) {
    if (link.empty()) return false;
    // A hash each, so that memory stays flat.
    if (!circles_ && !read_.insert(std::hash<std::string>()(link)).second) {
      raise(Failure::malformed, "the pages go round in a circle: a next link leads to one that was read before, " +
                                    link.substr(0, link.find('?')));
    }
    link_ = std::move(link);
    request.follow(link_);
    return true;
  }

 private:
  std::string base_, link_;
  std::unordered_set<std::size_t> read_;
  bool circles_ = false;
};

// Counting ones: pages that are known before they are asked for.
template <class Self>
class CountingPager : public Pager<Self> {
 public:
  CountingPager(std::string parameter, std::int64_t first)
      : parameter_(std::move(parameter)), first_(first), at_(first) {}

  // The number of the first page or row, where it is another one than usual. It is sent, 0 too.
  Self& first(std::int64_t number) { return first_ = at_ = number, this->self(); }
  // Where the body states how many rows there are in all. A total of 0 or less is none.
  Self& total(std::string pointer) { return total_ = std::move(pointer), this->self(); }
  // The pages do not depend on each other: the next ones may be asked for while this one is on its way. Up
  // to `pages` of them; how many it really is depends on the run's concurrency. Order stays as it is.
  Self& prefetch(unsigned pages = 20) { return window_ = pages, this->self(); }
  // Two pages after one another may hold the very same records. Without it that is an error: it is how a
  // server looks that ignores the parameter.
  Self& may_repeat() { return flags_ = 0, this->self(); }

  void begin(Request& request) { put(request, at_); }
  void go_to(Request& request, const std::string& position) {
    const auto number = number_of(position);
    if (!number) raise(Failure::config, "The state names no page: '" + position + "' is no number.");
    at_ = *number;
    resumed_ = true;
    put(request, at_);
  }
  std::string position() const { return std::to_string(at_); }
  std::string_view stated_total() const { return total_; }
  std::uint32_t flags() const { return flags_; }
  unsigned window() const { return window_; }

 protected:
  void put(Request& request, std::int64_t number) const { request.set_query(parameter_, number); }
  std::optional<std::int64_t> stated(const Response& page) const {
    const auto total = number_at(page, total_);
    return total && *total > 0 ? total : std::nullopt;
  }
  std::optional<Request> request_at(const Request& request, std::int64_t number) const {
    Request out = request;
    put(out, number);
    return out;
  }

  std::string parameter_, total_;
  std::int64_t first_, at_;
  bool resumed_ = false;

 private:
  unsigned window_ = 0;
  std::uint32_t flags_ = INTEG_EMIT_DISTINCT;
};

}  // namespace detail

class NextLink : public detail::LinkPager<NextLink> {
 public:
  explicit NextLink(std::string pointer) : pointer_(std::move(pointer)) {}
  bool next(Request& request, const SeenPage& seen) { return follow(request, seen.page.link(pointer_)); }

 private:
  std::string pointer_;
};
inline NextLink next_link(std::string pointer) { return NextLink(std::move(pointer)); }

class LinkHeader : public detail::LinkPager<LinkHeader> {
 public:
  explicit LinkHeader(std::string relation) : relation_(std::move(relation)) {}
  bool next(Request& request, const SeenPage& seen) { return follow(request, seen.page.link_header(relation_)); }

 private:
  std::string relation_;
};
inline LinkHeader link_header(std::string relation = "next") { return LinkHeader(std::move(relation)); }

class PageNumber : public detail::CountingPager<PageNumber> {
 public:
  explicit PageNumber(std::string parameter) : CountingPager(std::move(parameter), 1) {}
  // Where the body states how many pages there are.
  PageNumber& total_pages(std::string pointer) { return total_pages_ = std::move(pointer), *this; }

  bool next(Request& request, const SeenPage& seen) {
    rows_ += static_cast<std::int64_t>(seen.rows);
    size_ = std::max(size_, static_cast<std::int64_t>(seen.rows));
    const auto pages = detail::number_at(seen.page, total_pages_);
    const bool stated_pages = pages && *pages > 0;
    last_ = stated_pages ? first_ + *pages - 1 : last_by_rows(seen.page);
    // A stated number of pages outlives an empty one in the middle; a stated number of rows, some of which may be
    // invisible to these credentials, does not.
    const bool told = (stated_pages || seen.rows > 0) && (!last_ || at_ < *last_);
    if (!seen.more.value_or(told)) return false;
    empty_ = seen.rows == 0 ? empty_ + 1 : 0;
    if (empty_ >= kMostEmpty && !last_) {
      detail::raise(Failure::malformed, "a hundred pages in a row hold no records, and each says that more follow");
    }
    put(request, ++at_);
    return true;
  }
  std::optional<Request> ahead(const Request& request, unsigned pages) const {
    if (last_ && at_ + pages > *last_) return std::nullopt;
    return request_at(request, at_ + pages);
  }

 private:
  // Rows before the page that a run went on with are not known to it.
  std::optional<std::int64_t> last_by_rows(const Response& page) const {
    const auto total = stated(page);
    if (!total || resumed_ || size_ == 0) return std::nullopt;
    return at_ + std::max<std::int64_t>(0, (*total - rows_ + size_ - 1) / size_);
  }

  static constexpr int kMostEmpty = 100;

  std::string total_pages_;
  std::int64_t rows_ = 0, size_ = 0;
  int empty_ = 0;
  std::optional<std::int64_t> last_;
};
inline PageNumber page_number(std::string parameter) { return PageNumber(std::move(parameter)); }

class Offset : public detail::CountingPager<Offset> {
 public:
  explicit Offset(std::string parameter) : CountingPager(std::move(parameter), 0) {}

  bool next(Request& request, const SeenPage& seen) {
    const auto rows = static_cast<std::int64_t>(seen.rows);
    total_ = stated(seen.page);
    // Rows that were deleted since the last page let those behind them move up, some past the place where this page
    // began: as many are asked for again. A total that only flickers goes back once.
    const std::int64_t gone = total_ && least_ && at_ > first_ ? std::max<std::int64_t>(0, *least_ - *total_) : 0;
    if (total_) least_ = std::min(least_.value_or(*total_), *total_);
    if (gone > 0) {
      at_ = std::max(first_, at_ - gone);
    } else {
      at_ += rows;
      if (rows == 0) return false;  // nowhere to move to, whatever is said
    }
    step_ = rows;
    if (!seen.more.value_or(!total_ || at_ < *total_)) return false;
    put(request, at_);
    return true;
  }
  std::optional<Request> ahead(const Request& request, unsigned pages) const {
    const std::int64_t row = at_ + step_ * pages;
    if (step_ == 0 || (total_ && row >= *total_)) return std::nullopt;
    return request_at(request, row);
  }

 private:
  std::int64_t step_ = 0;
  std::optional<std::int64_t> total_, least_;
};
inline Offset offset(std::string parameter) { return Offset(std::move(parameter)); }

class Cursor : public detail::Pager<Cursor> {
 public:
  Cursor(std::string parameter, std::string pointer) : parameter_(std::move(parameter)), pointer_(std::move(pointer)) {}

  void begin(const Request&) {}
  void go_to(Request& request, const std::string& position) { request.set_query(parameter_, token_ = position); }
  std::string position() const { return token_; }
  bool next(Request& request, const SeenPage& seen) {
    const Value found = seen.page.at(pointer_);
    if (!found || (found.is_bool() && !found.boolean())) return false;
    const std::string token = found.string();
    // A place behind which there is nothing yet is named again by some servers.
    if (token.empty() || (token == token_ && seen.rows == 0)) return false;
    go_to(request, token);
    return true;
  }

 private:
  std::string parameter_, pointer_, token_;
};
inline Cursor cursor(std::string parameter, std::string pointer) {
  return Cursor(std::move(parameter), std::move(pointer));
}

class Marker : public detail::Pager<Marker> {
 public:
  Marker(std::string parameter, std::string field) : parameter_(std::move(parameter)), field_(std::move(field)) {}

  void begin(const Request&) {}
  void go_to(Request& request, const std::string& position) { request.set_query(parameter_, marker_ = position); }
  std::string position() const { return marker_; }
  bool next(Request& request, const SeenPage& seen) {
    if (seen.rows == 0 || last_.empty()) return false;
    go_to(request, std::exchange(last_, {}));
    return true;
  }

  // Notes the field of the last record, text or number.
  struct Note {
    std::string pointer;
    std::string* into;
    void apply(detail::Emission& emission) const {
      emission.observe.push_back({detail::str(pointer), INTEG_OBSERVE_LAST, 0});
    }
    void note(const Value& seen) const { *into = seen.string(); }
  };
  Note observation() { return {field_, &last_}; }

 private:
  std::string parameter_, field_, marker_, last_;
};
inline Marker marker(std::string parameter, std::string field) {
  return Marker(std::move(parameter), std::move(field));
}

}  // namespace v1
}  // namespace integ
