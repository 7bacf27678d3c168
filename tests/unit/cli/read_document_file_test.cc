// A document on its way into a file: whole, but for the salt of a statement.
#include "api/cli/read_document_file.h"

#include <gtest/gtest.h>

#include "ca/statements.h"
#include "ledger/posix_file.h"
#include "tests/unit/ledger/temp_dir.h"

namespace certmark::cli {
namespace {

class ADocumentRead : public ::testing::Test {
 protected:
  // Read writes `bytes` in pieces into a new file.
  Result<std::string> Read(std::string_view kind, std::string_view bytes) {
    const auto name = dir_ / "out";
    ReadDocumentFile file(CM_TRY(NewFile::Create(name)));
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(7, bytes.size()))) {
      CM_TRY(file.Write(bytes.substr(0, 7)));
    }
    CM_TRY(file.Keep(kind));
    std::string text = CM_TRY(ledger::ReadSmallFile(name, 1 << 20)).value();
    std::filesystem::remove(name);
    return text;
  }
  const std::string salt_ = std::string(ca::kStatementSaltBytes, '\x80');
  testing::TempDir dir_;
};

TEST_F(ADocumentRead, IsWholeWhateverItsLength) {
  for (const std::size_t size : {0, 1, 16, 17, 20'000, 100'000}) {
    const std::string bytes(size, 'x');
    EXPECT_EQ(Read("privacy-policy", bytes).value(), bytes) << size;
  }
}

TEST_F(ADocumentRead, IsTheTextAloneOfAStatement) {
  EXPECT_EQ(Read("statement", salt_ + "It takes my contacts.\n").value(), "It takes my contacts.\n");
  const std::string longest(ca::kMaxStatementBytes, 'x');
  EXPECT_EQ(Read("statement", salt_ + longest).value(), longest);
}

TEST_F(ADocumentRead, LeavesNoFileOfAStatementThatIsNone) {
  for (const std::string& bytes : {salt_, salt_ + "\x1b", salt_ + std::string(ca::kMaxStatementBytes + 1, 'x')}) {
    EXPECT_EQ(Read("statement", bytes).error().code, ErrorCode::kCorruption) << bytes.size();
    EXPECT_FALSE(std::filesystem::exists(dir_ / "out"));
  }
}

}  // namespace
}  // namespace certmark::cli
