// A filter is read or refused with the place where it went wrong, and what it includes it includes twice over.
#include "ca/certification_filter.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark;
  const std::string_view text = fuzz::Text(data, size);
  const auto filter = ca::CertificationFilter::Parse(text);
  if (!filter) {
    const std::string& message = filter.error().message;
    fuzz::Require(text.size() > ca::CertificationFilter::kMaxBytes || message.starts_with("at byte "), "a place");
    return 0;
  }
  fuzz::Require(text.size() <= ca::CertificationFilter::kMaxBytes, "bounded");
  fuzz::Require(filter->signer.find('/') == std::string::npos && filter->package.find('/') == std::string::npos,
                "what stands in keys of rows has no slash");
  ca::Certification certification;
  certification.id = filter->number;
  certification.app.platform = filter->platform.value_or(Platform::kAndroid);
  certification.app.package = filter->package;
  certification.signers = {filter->signer};
  certification.operator_id = filter->operator_id;
  certification.scheme = filter->scheme;
  certification.edition = filter->edition;
  certification.level = filter->level;
  certification.state = filter->state.value_or(certification.state);
  certification.valid_from = filter->valid_from.from;
  certification.valid_until = filter->valid_until.from;
  const bool is_there =
      filter->valid_from.from < filter->valid_from.until && filter->valid_until.from < filter->valid_until.until;
  // A moment before its end, so that its state is its own.
  const Time now = certification.valid_until - Seconds{1};
  fuzz::Require(filter->Includes(certification, now) == is_there, "it includes what is made after it");
  return 0;
}
