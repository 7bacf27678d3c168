// Making a verifier and asking it.
#include <memory>
#include <utility>

#include "verifier-sdk/abi/boundary.h"
#include "verifier-sdk/abi/policy.h"
#include "verifier-sdk/abi/trust.h"
#include "verifier-sdk/core/explain.h"

struct certmark_verifier {
  certmark::Verifier verifier;
};

namespace {

using certmark::Error;
using certmark::ErrorCode;
using certmark::Outcome;
using certmark::Result;
using certmark::abi::Fill;
using certmark::abi::Guarded;
using certmark::abi::Say;
using certmark::abi::Wrong;

/// Question is a query as the core takes it; its bundle is the caller's.
struct Question {
  std::string_view bundle;
  certmark::Expected expected;
  certmark::Time now;
};
Result<Question> ToQuestion(const certmark_query* theirs) {
  const auto query = certmark::abi::Read(theirs);
  if (!query) return Error{ErrorCode::kInvalidArgument, "query: NULL, or not of a size that can be read"};
  if (query->bundle == nullptr && query->bundle_size != 0) {
    return Error{ErrorCode::kInvalidArgument, "query: no bundle, and a size"};
  }
  if (query->app == nullptr) return Error{ErrorCode::kInvalidArgument, "query: no app"};
  Question out;
  if (query->bundle != nullptr) out.bundle = {static_cast<const char*>(query->bundle), query->bundle_size};
  out.expected.app = CM_TRY(certmark::App::Parse(query->app));
  out.expected.signers = CM_TRY(certmark::abi::ToTexts(query->signers, query->signers_count));
  if (query->build != nullptr) out.expected.build = query->build;
  out.now = certmark::FromEpoch(query->now);
  return out;
}

certmark_result ToResult(const Outcome& outcome) {
  certmark_result out{};
  out.verdict = static_cast<std::int32_t>(outcome.verdict);
  out.step = outcome.step;
  if (outcome.valid_until) out.valid_until = certmark::ToEpoch(*outcome.valid_until);
  if (outcome.status_iat) out.status_iat = certmark::ToEpoch(*outcome.status_iat);
  if (outcome.checkpoint) {
    out.log_size = outcome.checkpoint->size;
    Fill(out.log_origin, outcome.checkpoint->origin);
  }
  if (outcome.credential && certmark::IsCertificationNumber(outcome.credential->number)) {
    Fill(out.number, outcome.credential->number);
  }
  Fill(out.line, outcome.reason);
  return out;
}

/// Undecided is the answer to a query that cannot be asked.
certmark_result Undecided(std::string_view why) {
  certmark_result out{};
  Fill(out.line, why);
  return out;
}

/// Judge answers one query. `result` is NULL or of a size that was looked at.
int Judge(const certmark_verifier& verifier, const certmark_query* query, certmark_result* result) {
  certmark::abi::Write(certmark_result{}, result);
  return Guarded([&] {
    const auto question = ToQuestion(query);
    if (!question) {
      certmark::abi::Write(Undecided(question.error().message), result);
      return static_cast<int>(CERTMARK_E_ARGUMENT);
    }
    const Outcome outcome = verifier.verifier.Verify(question->bundle, question->expected, question->now);
    certmark::abi::Write(ToResult(outcome), result);
    return static_cast<int>(outcome.verdict);
  });
}

bool IsWritable(const certmark_result* result) {
  return result == nullptr || certmark::abi::IsSizeOf<certmark_result>(result->struct_size);
}

template <class T>
T* At(T* array, std::size_t stride, std::size_t index) {
  using Byte = std::conditional_t<std::is_const_v<T>, const unsigned char, unsigned char>;
  return reinterpret_cast<T*>(reinterpret_cast<Byte*>(array) + stride * index);
}

/// Clear leaves nothing of an earlier batch in the array, whatever becomes of this one. `size` is of one result.
void Clear(certmark_result* results, std::size_t size, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    certmark_result* result = At(results, size, i);
    // The size says where the next one is, so that whatever stands in this one is not believed but replaced.
    result->struct_size = size;
    certmark::abi::Write(certmark_result{}, result);
  }
}

}  // namespace

extern "C" int certmark_verifier_new(const certmark_trust* trust, const certmark_policy* policy,
                                     const certmark_verifier* like, certmark_verifier** verifier,
                                     certmark_message* why) noexcept {
  // Whatever becomes of it, no line of an earlier call is left to be taken for this one's.
  Say(why, "");
  if (verifier == nullptr) return Wrong(why, "nowhere to put the verifier");
  *verifier = nullptr;
  return Guarded([&] {
    if (trust == nullptr || trust->chains.empty()) return Wrong(why, "no authority is trusted");
    auto read = certmark::abi::ToPolicy(policy);
    if (!read) return Wrong(why, read.error().message);
    auto made = like == nullptr ? certmark::Verifier(trust->Newest(), *std::move(read))
                                : like->verifier.With(trust->Newest(), *std::move(read));
    *verifier = new certmark_verifier{std::move(made)};
    return static_cast<int>(CERTMARK_OK);
  });
}

extern "C" void certmark_verifier_free(certmark_verifier* verifier) noexcept {
  delete verifier;
}

extern "C" int certmark_verify(const certmark_verifier* verifier, const certmark_query* query,
                               certmark_result* result) noexcept {
  if (!IsWritable(result)) return CERTMARK_E_ARGUMENT;
  if (verifier != nullptr) return Judge(*verifier, query, result);
  certmark::abi::Write(Undecided("no verifier"), result);
  return CERTMARK_E_ARGUMENT;
}

extern "C" int certmark_verify_batch(const certmark_verifier* verifier, const certmark_query* queries, size_t count,
                                     certmark_result* results) noexcept {
  if (count == 0) return verifier == nullptr ? CERTMARK_E_ARGUMENT : CERTMARK_OK;
  if (results == nullptr || !IsWritable(results)) return CERTMARK_E_ARGUMENT;
  const std::size_t result_size = results->struct_size;
  Clear(results, result_size, count);
  if (verifier == nullptr || queries == nullptr) return CERTMARK_E_ARGUMENT;
  const std::size_t query_size = queries->struct_size;
  if (!certmark::abi::IsSizeOf<certmark_query>(query_size)) return CERTMARK_E_ARGUMENT;
  int first_error = CERTMARK_OK;
  for (std::size_t i = 0; i < count; ++i) {
    const certmark_query* query = At(queries, query_size, i);
    certmark_result* result = At(results, result_size, i);
    const int found = Judge(*verifier, query->struct_size == query_size ? query : nullptr, result);
    if (found < 0 && first_error == CERTMARK_OK) first_error = found;
  }
  return first_error;
}

extern "C" int certmark_explain(const certmark_verifier* verifier, const certmark_query* query, char* json,
                                size_t* size) noexcept {
  if (size == nullptr) return CERTMARK_E_ARGUMENT;
  // Whatever becomes of it, no earlier explanation is left to be taken for this one's.
  const std::size_t room = std::exchange(*size, 0);
  if (json != nullptr && room != 0) *json = '\0';
  return Guarded([&] {
    if (verifier == nullptr || (json == nullptr && room != 0)) return static_cast<int>(CERTMARK_E_ARGUMENT);
    const auto question = ToQuestion(query);
    if (!question) return static_cast<int>(CERTMARK_E_ARGUMENT);
    const std::string text =
        certmark::Explain(verifier->verifier.Verify(question->bundle, question->expected, question->now));
    *size = room;
    return certmark::abi::HandOut({text.c_str(), text.size() + 1}, json, size);
  });
}
