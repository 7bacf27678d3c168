#include "tests/fault/small_disk.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace certmark::ledger {
namespace {

// MapUser makes the user root of its own namespace, as mounting needs.
void MapUser(uid_t user, gid_t group) {
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
}

std::string Size(std::size_t mebibytes) {
  return "size=" + std::to_string(mebibytes) + "m";
}

}  // namespace

void EnterOwnMounts() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return;
    MapUser(user, group);
  }
  ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
}

std::optional<std::string> SmallDisk::Mount(std::size_t mebibytes) {
  const std::string size = Size(mebibytes);
  if (::mount("small", dir_.path().c_str(), "tmpfs", 0, size.c_str()) != 0) {
    return "this process may not mount a small disk: " + std::generic_category().message(errno);
  }
  mounted_ = true;
  return std::nullopt;
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(dir_.path().c_str(), MNT_DETACH);
}

void SmallDisk::FillUpTo(std::uintmax_t left) {
  const int file = ::open((path() / "filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const off_t had = ::lseek(file, 0, SEEK_END);
  const std::uintmax_t room = Room();
  if (file < 0 || room < left || ::fallocate(file, 0, had, static_cast<off_t>(room - left)) != 0) Die("fill a disk");
  ::close(file);
}

void SmallDisk::Grow(std::size_t mebibytes) {
  if (::mount(nullptr, dir_.path().c_str(), nullptr, MS_REMOUNT, Size(mebibytes).c_str()) != 0) Die("grow a disk");
}

void SmallDisk::Empty() {
  std::filesystem::remove(path() / "filler");
}

}  // namespace certmark::ledger
