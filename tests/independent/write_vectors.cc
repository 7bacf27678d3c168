// Writes the vectors (tests/vectors/README.md) into a folder: those that are kept, a bundle vector of every row of the
// verifier's tests, or of what chance makes.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "tests/vectors/vector_files.h"

namespace certmark::testing {
namespace {

bool Write(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  return static_cast<bool>(out);
}

int Run(const std::filesystem::path& folder, const Files& files) {
  std::size_t bytes = 0;
  for (const auto& [path, content] : files) {
    if (!Write(folder / path, content))
      return std::fprintf(stderr, "write_vectors: cannot write %s\n", path.c_str()), 1;
    bytes += content.size();
  }
  std::printf("%zu files, %zu bytes written to %s\n", files.size(), bytes, folder.c_str());
  return 0;
}

}  // namespace
}  // namespace certmark::testing

int main(int argc, char** argv) {
  using namespace certmark::testing;
  const std::string_view what = argc > 2 ? argv[1] : "";
  if (argc == 2) return Run(argv[1], PublishedVectors());
  if (argc == 3 && what == "--every-row") return Run(argv[2], EveryRow());
  if (argc == 5 && what == "--random") {
    Files files;
    AddRandomVectors(files, static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)),
                     std::strtoul(argv[3], nullptr, 10));
    return Run(argv[4], files);
  }
  return std::fprintf(stderr, "usage: write_vectors [--every-row | --random SEED COUNT] FOLDER\n"), 3;
}
