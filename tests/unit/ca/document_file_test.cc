// Files and folders get names that nothing bears, on whatever file system.
#include "ca/document_file.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <thread>

#include "tests/unit/ca/document_fixture.h"

namespace certmark::ca::testing {
namespace {

/// BeginNfs lets what this thread does from now on fail as NFS does: it knows no rename that replaces nothing.
bool BeginNfs() {
  std::array<sock_filter, 4> filter = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  sock_fprog program{filter.size(), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

class RenamedFile : public ::testing::Test {
 protected:
  RenamedFile() { Overwrite(file("new"), "new"), Overwrite(file("old"), "old"); }
  fs::path file(const char* name) const { return dir_ / name; }
  ErrorCode Rename(const char* to) const {
    const auto renamed = RenameNew(file("new"), file(to));
    return renamed ? ErrorCode{} : renamed.error().code;
  }
  void ExpectAName() const {
    EXPECT_EQ(Rename("old"), ErrorCode::kAlreadyExists);
    EXPECT_EQ(Contents(file("old")), "old");
    EXPECT_EQ(Rename("newer"), ErrorCode{});
    EXPECT_EQ(Contents(file("newer")), "new");
    EXPECT_EQ(Rename("again"), ErrorCode::kNotFound);
  }
  certmark::testing::TempDir dir_;
};

TEST_F(RenamedFile, ReplacesNothing) {
  ExpectAName();
}

TEST_F(RenamedFile, ReplacesNothingWhereTheFileSystemCannotSeeToThat) {
  bool begun = false;
  std::thread([&] {
    begun = BeginNfs();
    if (begun) ExpectAName();
  }).join();
  EXPECT_TRUE(begun);
}

}  // namespace
}  // namespace certmark::ca::testing
