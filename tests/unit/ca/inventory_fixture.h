// An app that nothing would be refused of, to be made wrong in one way at a time.
#pragma once

#include "ca/inventory.h"
#include "ca/necessary_information.h"

namespace certmark::ca {

/// kGoodInventory declares a ride-hailing app as it should be.
inline constexpr const char* kGoodInventory =
    R"({"app":{"platform":"android","package":"org.rides07.app","name":"Example Rides",)"
    R"("signers":["a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b"],"version_code":120,)"
    R"("version_name":"1.2.0","min_sdk":24,"target_sdk":34,"debuggable":false},"app_type":"ride-hailing",)"
    R"("privacy_policy":"https://operator07.example/privacy","features":[)"
    R"({"name":"Call a car","basic":true,"information":[)"
    R"({"item":"mobile-number","purpose":"to reach you","demanded":true,"consent":"before"},)"
    R"({"item":"location","purpose":"to send the car to you","demanded":true,"consent":"at-the-moment",)"
    R"("recipients":["self","Example Maps SDK"]}]},)"
    R"({"name":"Invite friends","information":[)"
    R"({"item":"contacts","purpose":"to choose whom to invite","consent":"at-the-moment"}]}],)"
    R"("sdks":[{"name":"Example Maps SDK","information":["location"]}],)"
    R"("permissions":["android.permission.ACCESS_FINE_LOCATION","android.permission.INTERNET",)"
    R"("android.permission.READ_CONTACTS"]})";

/// SmallList is a list of two types: one that may demand something, one that may demand nothing.
inline NecessaryInformation SmallList() {
  NecessaryInformation out;
  out.id = "NPI-2021";
  out.items = {{"mobile-number", {"mobile number", "手机号码"}}, {"location", {"location", "位置"}}};
  out.types = {{2, "ride-hailing", {"ride-hailing", "网络约车类"}, {"mobile-number", "location"}},
               {38, "utilities", {"utilities", "实用工具类"}, {}}};
  return out;
}

}  // namespace certmark::ca
