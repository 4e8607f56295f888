#include "http/judge.hpp"

#include "base/error.hpp"
#include "http/classify.hpp"
#include "http/named_secrets.hpp"
#include "http/retry_after.hpp"

#include <string_view>

namespace integ::http {

namespace {

// Of a login's answer nothing is shown, not even where it breaks: the rest of a token would stand there.
Acceptor::Judgement without_pieces(Acceptor::Judgement judgement) {
  using Verdict = Acceptor::Verdict;
  judgement.piece.clear();
  if (judgement.verdict == Verdict::cut) judgement.message = "the answer to the login ends too early";
  if (judgement.verdict == Verdict::malformed) judgement.message = "the answer to the login is not JSON";
  if (judgement.verdict == Verdict::refuse) judgement.message = "the answer to the login can't be read";
  return judgement;
}

Acceptor::Judgement judgement_of(Answer& answer, const Request& request, Acceptor& acceptor) {
  if (!request.login && !is_token_request(request)) return acceptor.judge(answer);
  try {
    return without_pieces(acceptor.judge(answer));
  } catch (const Error& error) {
    if (error.kind() == Kind::cancelled) throw;
    return without_pieces({Acceptor::Verdict::refuse, {}});
  }
}

std::optional<Failure> judge_unruled(Answer& answer, const Request& request, bool redirected, Acceptor& acceptor,
                                     const Settings& settings, std::int64_t local_ms) {
  Judged judged = classify(answer, local_ms, settings.max_retry_after);
  if (answer.status == 304 && is_conditional(request)) judged.what = Class::success;
  if (judged.what != Class::success) return failure_of(answer, judged);
  if (answer.status == 204 || answer.status == 205 || answer.status == 304) return std::nullopt;
  const Acceptor::Judgement judgement = judgement_of(answer, request, acceptor);
  if (judgement.verdict == Acceptor::Verdict::accept) return std::nullopt;
  return failure_of(answer, judgement, redirected);
}

std::optional<Failure> apply(const Rule& rule, Answer& answer, bool failed, std::int64_t local_ms) {
  Judged judged{Class::permanent, retry_after(answer, local_ms)};
  switch (rule.then) {
    case Rule::Then::ignore:
      answer.ignored = failed;
      return std::nullopt;
    case Rule::Then::retry:
      judged.what = Class::transient;
      break;
    case Rule::Then::rate_limited:
      judged.what = Class::throttled;
      break;
    case Rule::Then::refresh:
      judged.what = Class::unauthorized;
      break;
    case Rule::Then::fail:
      break;
  }
  Failure ruled = failure_of(answer, judged);
  ruled.message += " (by a rule)";
  return ruled;
}

}  // namespace

std::optional<Failure> judge(Answer& answer, const Request& request, bool redirected, Acceptor& acceptor,
                             const Settings& settings, std::int64_t local_ms) {
  std::optional<Failure> failure = judge_unruled(answer, request, redirected, acceptor, settings, local_ms);
  const Rule* rule = matching_rule(settings.rules, answer,
                                   [&](std::string_view pointer) { return acceptor.value_at(answer, pointer); });
  return rule == nullptr ? failure : apply(*rule, answer, failure.has_value(), local_ms);
}

}  // namespace integ::http
