// Owners of what the C interface hands out.
#pragma once

#include <memory>

#include "certmark/apk.h"
#include "certmark/verify.h"

namespace certmark::testing {

struct Free {
  void operator()(certmark_trust* trust) const { certmark_trust_free(trust); }
  void operator()(certmark_verifier* verifier) const { certmark_verifier_free(verifier); }
  void operator()(certmark_apk* apk) const { certmark_apk_free(apk); }
  void operator()(certmark_apk_unchecked* apk) const { certmark_apk_unchecked_free(apk); }
};

/// Owned is a handle that its function `_free` takes at the end.
template <class Handle>
using Owned = std::unique_ptr<Handle, Free>;

}  // namespace certmark::testing
