// How figures are printed: a JSON object a line, or a table for people.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstdio>

#include "tests/bench/bench.h"

namespace certmark::bench {
namespace {

std::string Quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string(text));
}

std::string Number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, std::abs(value) >= 1000 ? "%.0f" : "%.4g", value);
  return text;
}

// NoteOf puts the reason for which a figure says nothing in front of its note.
std::string NoteOf(const Figure& figure) {
  return figure.invalid ? "INVALID: " + *figure.invalid + ". " + figure.note : figure.note;
}

std::string ToJson(const Figure& figure) {
  return "{\"name\": " + Quoted(figure.name) + ", \"value\": " + Number(figure.value) +
         ", \"unit\": " + Quoted(figure.unit) + ", \"limit\": " + Number(figure.limit) +
         ", \"ratio\": " + Number(figure.ratio) + ", \"invalid\": " + (figure.invalid ? "true" : "false") +
         ", \"note\": " + Quoted(NoteOf(figure)) + "}";
}

double NumberIn(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  return value->to_number<double>();
}

std::string TextIn(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

}  // namespace

void PrintTableHead(const Options& options) {
  if (options.output == Options::Output::kJson) return;
  std::printf("%-12s %10s %10s %7s  %-12s %s\n", "name", "value", "limit", "ratio", "unit", "note");
}

void Print(const Options& options, const Figure& figure) {
  if (options.output == Options::Output::kJson) {
    std::printf("%s\n", ToJson(figure).c_str());
  } else {
    std::printf("%-12s %10s %10s %7.2f  %-12s %s\n", figure.name.c_str(), Number(figure.value).c_str(),
                Number(figure.limit).c_str(), figure.ratio, figure.unit.c_str(), NoteOf(figure).c_str());
  }
  std::fflush(stdout);
}

bool PrintJsonLine(const Options& options, std::string_view line) {
  boost::json::error_code failed;
  const boost::json::value parsed = boost::json::parse(line, failed);
  if (failed || !parsed.is_object()) return false;
  if (options.output == Options::Output::kJson) {
    std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
    std::fflush(stdout);
    return true;
  }
  const boost::json::object& object = parsed.get_object();
  Figure figure{TextIn(object, "name"),    NumberIn(object, "value"), TextIn(object, "unit"),
                NumberIn(object, "limit"), NumberIn(object, "ratio"), {},
                TextIn(object, "note")};
  const auto* invalid = object.if_contains("invalid");
  if (invalid != nullptr && *invalid == true) figure.note = "INVALID: " + figure.note;
  Print(options, figure);
  return true;
}

void Progress(const std::string& line) {
  std::fprintf(stderr, "certmark-bench: %s\n", line.c_str());
}

}  // namespace certmark::bench
