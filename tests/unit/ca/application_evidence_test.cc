// What a file carries of its base's, where that is gone.
#include "ca/application_evidence.h"

#include <gtest/gtest.h>

#include "ledger/memory_store.h"

namespace certmark::ca::testing {
namespace {

ErrorCode CarryOn(ApplicationPath path) {
  const auto made_again = ledger::MakeMemoryStore();
  Certification base;
  base.id = "CM-2026-7K3Q9X2M4T4";
  Application application;
  application.path = path;
  const auto carried = Carry(*made_again, base, application);
  return carried ? ErrorCode{} : carried.error().code;
}

TEST(EvidenceOfAFileThatIsGone, IsNotNeededWhereAllIsEvaluatedAnew) {
  EXPECT_EQ(CarryOn(ApplicationPath::kRenewal), ErrorCode{});
}

TEST(EvidenceOfAFileThatIsGone, CannotBeCarriedOn) {
  for (const auto path :
       {ApplicationPath::kReverification, ApplicationPath::kUpdate, ApplicationPath::kDocumentsOnly}) {
    EXPECT_EQ(CarryOn(path), ErrorCode::kFailedPrecondition) << Name(path);
  }
}

}  // namespace
}  // namespace certmark::ca::testing
