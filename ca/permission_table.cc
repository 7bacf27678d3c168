#include "ca/permission_table.h"

#include <algorithm>
#include <array>

namespace certmark::ca {
namespace {

using std::string_view;

constexpr std::array<string_view, 5> kLocation = {"location", "passenger-track", "origin", "track", "journey"};
constexpr std::array<string_view, 2> kContacts = {"contacts", "contact-accounts"};
constexpr std::array<string_view, 3> kAccounts = {"account", "contacts", "contact-accounts"};
constexpr std::array<string_view, 5> kCamera = {"camera", "photos", "video", "id-copy", "biometric"};
constexpr std::array<string_view, 2> kAudio = {"audio", "biometric"};
constexpr std::array<string_view, 2> kPhone = {"device-id", "mobile-number"};
constexpr std::array<string_view, 1> kCalls = {"calls"};
constexpr std::array<string_view, 1> kMessages = {"messages"};
constexpr std::array<string_view, 1> kCalendar = {"calendar"};
constexpr std::array<string_view, 2> kBody = {"health", "activity"};
constexpr std::array<string_view, 5> kFiles = {"files", "photos", "video", "audio", "id-copy"};
constexpr std::array<string_view, 2> kNearby = {"nearby-devices", "location"};
constexpr std::array<string_view, 1> kInstalled = {"installed-apps"};
constexpr std::array<string_view, 1> kUsage = {"app-usage"};

constexpr std::array kTable = std::to_array<PermissionRow>({
    {"android.permission.ACCESS_FINE_LOCATION", kLocation},
    {"android.permission.ACCESS_COARSE_LOCATION", kLocation},
    {"android.permission.ACCESS_BACKGROUND_LOCATION", kLocation},
    {"android.permission.READ_CONTACTS", kContacts},
    {"android.permission.WRITE_CONTACTS", kContacts},
    {"android.permission.GET_ACCOUNTS", kAccounts},
    {"android.permission.CAMERA", kCamera},
    {"android.permission.RECORD_AUDIO", kAudio},
    {"android.permission.READ_PHONE_STATE", kPhone},
    {"android.permission.READ_PHONE_NUMBERS", kPhone},
    {"android.permission.CALL_PHONE", kCalls},
    {"android.permission.ANSWER_PHONE_CALLS", kCalls},
    {"android.permission.PROCESS_OUTGOING_CALLS", kCalls},
    {"android.permission.ACCEPT_HANDOVER", kCalls},
    {"android.permission.READ_CALL_LOG", kCalls},
    {"android.permission.WRITE_CALL_LOG", kCalls},
    {"android.permission.USE_SIP", kCalls},
    {"com.android.voicemail.permission.ADD_VOICEMAIL", kCalls},
    {"android.permission.SEND_SMS", kMessages},
    {"android.permission.READ_SMS", kMessages},
    {"android.permission.RECEIVE_SMS", kMessages},
    {"android.permission.RECEIVE_MMS", kMessages},
    {"android.permission.RECEIVE_WAP_PUSH", kMessages},
    {"android.permission.READ_CALENDAR", kCalendar},
    {"android.permission.WRITE_CALENDAR", kCalendar},
    {"android.permission.BODY_SENSORS", kBody},
    {"android.permission.BODY_SENSORS_BACKGROUND", kBody},
    {"android.permission.ACTIVITY_RECOGNITION", kBody},
    {"android.permission.READ_EXTERNAL_STORAGE", kFiles},
    {"android.permission.WRITE_EXTERNAL_STORAGE", kFiles},
    {"android.permission.MANAGE_EXTERNAL_STORAGE", kFiles},
    {"android.permission.READ_MEDIA_IMAGES", kFiles},
    {"android.permission.READ_MEDIA_VIDEO", kFiles},
    {"android.permission.READ_MEDIA_AUDIO", kFiles},
    {"android.permission.READ_MEDIA_VISUAL_USER_SELECTED", kFiles},
    {"android.permission.ACCESS_MEDIA_LOCATION", kLocation},
    {"android.permission.BLUETOOTH_SCAN", kNearby},
    {"android.permission.BLUETOOTH_CONNECT", kNearby},
    {"android.permission.BLUETOOTH_ADVERTISE", kNearby},
    {"android.permission.NEARBY_WIFI_DEVICES", kNearby},
    {"android.permission.UWB_RANGING", kNearby},
    {"android.permission.QUERY_ALL_PACKAGES", kInstalled},
    {"android.permission.PACKAGE_USAGE_STATS", kUsage},
});

constexpr std::array kSensitive = std::to_array<string_view>({
    "id-document",      "id-copy",         "traveller-id", "sender-id",       "buyer-id",  "seller-id",
    "patient-id",       "driving-licence", "bank-card",    "fund-account",    "payment",   "biometric",
    "health",           "illness",         "location",     "passenger-track", "track",     "contacts",
    "contact-accounts", "calls",           "messages",     "marital-status",  "app-usage",
});

}  // namespace

std::span<const PermissionRow> PermissionTable() {
  return kTable;
}

std::span<const std::string_view> ItemsBehind(std::string_view permission) {
  const auto row = std::ranges::find(kTable, permission, &PermissionRow::permission);
  return row == kTable.end() ? std::span<const std::string_view>{} : row->items;
}

std::string FullPermission(std::string_view permission, std::string_view package) {
  return permission.starts_with('.') ? std::string(package) + std::string(permission) : std::string(permission);
}

bool IsSensitiveItem(std::string_view item) {
  return std::ranges::find(kSensitive, item) != kSensitive.end();
}

}  // namespace certmark::ca
