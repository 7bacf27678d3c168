#include "tests/integration/server/program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace certmark::testing {
namespace {

std::string Read(int fd, char last) {
  std::string text;
  for (char c; read(fd, &c, 1) == 1;) {
    text += c;
    if (c == last) break;
  }
  return text;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  return pointers;
}

}  // namespace

Program::Program(std::vector<std::string> arguments, std::vector<std::string> environment) {
  arguments.insert(arguments.begin(), CERTMARKD);
  std::vector<char*> argv = Pointers(arguments), variables = Pointers(environment);
  argv.push_back(nullptr);
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  variables.push_back(nullptr);
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) Die("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  if (posix_spawn(&pid_, CERTMARKD, &actions, nullptr, argv.data(), variables.data()) != 0) Die("posix_spawn");
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

Program::~Program() {
  if (pid_ > 0) kill(pid_, SIGKILL), Wait();
  close(out_);
  close(err_);
}

std::string Program::OutLine() {
  return Read(out_, '\n');
}
std::string Program::ErrLine() {
  return Read(err_, '\n');
}
std::string Program::Out() {
  return Read(out_, '\0');
}
std::string Program::Err() {
  return Read(err_, '\0');
}
void Program::Signal(int signal) {
  kill(pid_, signal);
}

int Program::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string WriteConfig(const Ceremony& ceremony, const std::string& more) {
  const auto file = ceremony.files().config();
  std::ofstream(file) << more << ceremony.Config().ToToml();
  return file.string();
}

std::uint16_t PortIn(const std::string& ready, const std::string& listener) {
  const std::string before = listener + " 127.0.0.1:";
  const std::size_t at = ready.find(before);
  if (at == ready.npos) Die("no such listener");
  return static_cast<std::uint16_t>(std::stoul(ready.substr(at + before.size())));
}

}  // namespace certmark::testing
