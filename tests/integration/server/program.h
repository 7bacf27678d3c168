// certmarkd as a process of its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/integration/server/ceremony_fixture.h"

namespace certmark::testing {

/// Program is certmarkd with its output in pipes; it is killed if it still runs when this goes.
class Program {
 public:
  /// Program starts it; `environment` are further variables, `NAME=value`.
  explicit Program(std::vector<std::string> arguments, std::vector<std::string> environment = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string OutLine();
  std::string ErrLine();
  std::string Out();  ///< to the end
  std::string Err();  ///< to the end
  void Signal(int signal);
  int Wait();  ///< its exit status; -1: a signal ended it

 private:
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
};

/// WriteConfig writes the configuration of a ceremony's authority, `more` before it, and returns the file.
std::string WriteConfig(const Ceremony& ceremony, const std::string& more = "");
/// PortIn is the port of a listener, "public HTTP", in the line in which a daemon says that it is ready.
std::uint16_t PortIn(const std::string& ready, const std::string& listener);

}  // namespace certmark::testing
