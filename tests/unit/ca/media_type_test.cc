// What a document is, and what it may be called.
#include "ca/media_type.h"

#include <gtest/gtest.h>

#include <string>

namespace certmark::ca {
namespace {

using namespace std::string_literals;

std::string Sniffed(std::string_view first) {
  return std::string(SniffMediaType(AsBytes(first)).value_or("none"));
}

TEST(MediaType, IsToldByTheFirstBytes) {
  const struct {
    std::string first, type;
  } rows[] = {
      {"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"},
      {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s, "image/png"},
      {"\xff\xd8\xff\xe0\0\x10JFIF"s, "image/jpeg"},
      {"PK\x03\x04\x14\0"s, "application/zip"},
      {"PK\x05\x06\0\0"s, "application/zip"},
      {"{\"a\":1}", "application/json"},
      {"\r\n\t [1]", "application/json"},
      {"A statement.\n", "text/plain"},
      {"版本说明", "text/plain"},
      {"PK\x03"s, "text/plain"},
      {"<!DOCTYPE html>\n<html lang=\"zh\">", "text/html"},
      {"\xef\xbb\xbf\r\n <!doctype HTML SYSTEM \"about:legacy-compat\">", "text/html"},
      {"\n<HTML>", "text/html"},
      {"<html lang=\"en\">", "text/html"},
      {"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<manifest/>", "application/xml"},
      {"\xef\xbb\xbf<?xml\tversion=\"1.0\"?>", "application/xml"},
      {"<htmlish>", "text/plain"},
      {"<!doctype htmlish>", "text/plain"},
      {"<!doctype svg>", "text/plain"},
      {"<html", "text/plain"},
      {"A page: <html>", "text/plain"},
      {"<?XML version=\"1.0\"?>", "text/plain"},
      {"<?xml", "text/plain"},
      {"<?xml-stylesheet href=\"a\"?>", "text/plain"},
      {"<script>", "text/plain"},
      {"<html>\0"s, "none"},
      {"<html>\xe9", "none"},
      {"\xff\xfe<\0h\0"s, "none"},
      {"", "none"},
      {"{\"a\":\0}"s, "none"},
      {"text\0"s, "none"},
      {"\xff\xfe", "none"},
      {"caf\xe9", "none"},
      {"\x89PNG", "none"},
      {"\x7f"
       "ELF\x02\x01\x01\0"s,
       "none"},
      {"\xe7\x89", "none"},  // a character that is cut, in a document that ends there
  };
  for (const auto& [first, type] : rows) EXPECT_EQ(Sniffed(first), type) << first;
}

TEST(MediaType, OfTextIsToldThoughItsLastCharacterIsCut) {
  const std::string character = "版";
  for (std::size_t ascii = kMediaTypeBytes - 3; ascii <= kMediaTypeBytes; ++ascii) {
    const std::string text = std::string(ascii, 'x') + character + character;
    EXPECT_EQ(Sniffed(text.substr(0, kMediaTypeBytes)), "text/plain") << ascii;
    EXPECT_EQ(Sniffed(text), "text/plain") << ascii;
  }
  EXPECT_EQ(Sniffed(std::string(kMediaTypeBytes - 1, 'x') + "\x80"), "none");
  EXPECT_EQ(Sniffed(std::string(kMediaTypeBytes - 1, 'x') + "\xff"), "none");
}

TEST(MediaType, MustBeTheDeclaredOne) {
  EXPECT_TRUE(MayBeMediaType(AsBytes("%PDF-1.7"), "application/pdf"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("%PDF-1.7"), "text/plain"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("<script>"), "application/pdf"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("<script>"), "text/html"));
  EXPECT_TRUE(MayBeMediaType(AsBytes("<!doctype html>"), "text/html"));
  EXPECT_TRUE(MayBeMediaType(AsBytes("<!doctype html>"), "text/plain"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("<!doctype html>"), "application/xml"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("<!doctype html>"), "application/json"));
  EXPECT_TRUE(MayBeMediaType(AsBytes("<?xml version=\"1.0\"?>"), "application/xml"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("<?xml version=\"1.0\"?>"), "text/html"));
  EXPECT_TRUE(MayBeMediaType(AsBytes("[1]"), "application/json"));
  EXPECT_TRUE(MayBeMediaType(AsBytes("[1]"), "text/plain"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("text"), "application/json"));
  EXPECT_FALSE(MayBeMediaType({}, "text/plain"));
  EXPECT_FALSE(MayBeMediaType(AsBytes("\xff"), ""));
}

}  // namespace
}  // namespace certmark::ca
