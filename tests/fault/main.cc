// The fault tests' program: the tests, or a process that they start and kill.
#include <gtest/gtest.h>

#include "tests/fault/small_disk.h"
#include "tests/fault/writer.h"

int main(int argc, char** argv) {
  if (certmark::ledger::IsWriterMode(argc, argv)) return certmark::ledger::WriterMain(argc, argv);
  certmark::ledger::EnterOwnMounts();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
