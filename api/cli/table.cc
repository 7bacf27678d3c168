#include "api/cli/table.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "api/cli/display_width.h"
#include "api/cli/output.h"
#include "verifier-sdk/core/result.h"

namespace certmark::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeast = 8;  // what is cut further says nothing any more

// Shown is a column that has text, and how wide it is.
struct Shown {
  std::size_t index;
  std::size_t width;
  bool may_be_cut;
};

std::size_t WidthOf(const std::vector<Shown>& shown) {
  std::size_t width = shown.empty() ? 0 : (shown.size() - 1) * kGap;
  for (const Shown& column : shown) width += column.width;
  return width;
}

// Narrow takes from the widest column that may be cut until all fit, or none has more to give.
void Narrow(std::vector<Shown>& shown, std::size_t columns) {
  std::size_t width = WidthOf(shown);
  while (width > columns) {
    Shown* widest = nullptr;
    for (Shown& column : shown) {
      if (column.may_be_cut && column.width > kLeast && (!widest || column.width > widest->width)) widest = &column;
    }
    if (!widest) return;
    --widest->width;
    --width;
  }
}

std::string LineOf(const std::vector<Shown>& shown, const std::function<const std::string&(std::size_t)>& cell) {
  std::string line;
  std::size_t owed = 0;  // blanks before the next cell: the last one in a line has none behind it
  for (const Shown& column : shown) {
    const std::string text = CutTo(cell(column.index), column.width);
    if (!text.empty()) line += std::string(std::exchange(owed, 0), ' ') + text;
    owed += column.width - DisplayWidth(text) + kGap;
  }
  return line;
}

}  // namespace

void Table::Row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) Die("a row has not as many cells as its table has columns");
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::string> Table::Lines(std::size_t columns) const {
  std::vector<Shown> shown;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = 0;
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i]));
    if (width == 0) continue;
    width = std::max(width, DisplayWidth(columns_[i].heading));
    shown.push_back({i, width, columns_[i].cut == Column::Cut::kWhereNarrow});
  }
  if (columns > 0) Narrow(shown, columns);
  std::vector<std::string> lines;
  if (rows_.empty()) return lines;
  lines.push_back(LineOf(shown, [&](std::size_t i) -> const std::string& { return columns_[i].heading; }));
  for (const auto& row : rows_) {
    lines.push_back(LineOf(shown, [&](std::size_t i) -> const std::string& { return row[i]; }));
  }
  return lines;
}

}  // namespace certmark::cli
