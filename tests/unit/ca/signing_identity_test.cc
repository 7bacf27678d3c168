#include "ca/signing_identity.h"

#include <gtest/gtest.h>

#include "ca/package_name.h"

namespace certmark::ca {
namespace {

constexpr const char* kOwnKey = "a454b87a1847a89ed7f5e70fba6bba96f3ef29c26e0981204fe347bf231dfd5b";
constexpr const char* kTestKey = "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc";

TEST(PackageName, MayHaveCapitalsAndUnderscores) {
  for (const char* package :
       {"An.stop", "a2dp.Vol", "com.Mihir.VulnDroid", "org.schabi.new_pipe", "a.b_", "com.leos.delta1"}) {
    EXPECT_TRUE(IsPackageName({Platform::kAndroid, package})) << package;
  }
  for (const char* package : {"app", "_a.b", "a._b", "a.1b", "a..b", ".a.b", "a.b.", "a-b.c", ""}) {
    EXPECT_FALSE(IsPackageName({Platform::kAndroid, package})) << package;
  }
}

TEST(Placeholders, AreWhatTemplatesWrite) {
  for (const char* package :
       {"com.example", "com.example.app", "com.example.app.debug", "COM.Example.App", "com.yourcompany.app",
        "com.mycompany.myapp", "com.DefaultCompany.Game", "com.companyname.app", "io.ionic.starter"}) {
    EXPECT_TRUE(IsPlaceholderPackage(package)) << package;
  }
  for (const char* package : {"com.examples.app", "com.example2.app", "com.android.example.camera2", "org.example.app",
                              "com.exam", "de.com.example", "com.yourcompanyname"}) {
    EXPECT_FALSE(IsPlaceholderPackage(package)) << package;
  }
}

TEST(ReservedPackages, AreNobodysDomain) {
  EXPECT_TRUE(IsReservedPackage("org.example.pushupbuddy"));
  EXPECT_TRUE(IsReservedPackage("net.Example"));
  EXPECT_FALSE(IsReservedPackage("org.examples.app"));
}

TEST(DebugPackages, EndInDebugAsAPartOfItsOwn) {
  EXPECT_TRUE(IsDebugPackage("com.philj56.gbcc.debug"));
  EXPECT_TRUE(IsDebugPackage("net.kdt.pojavlaunch.Debug"));
  EXPECT_FALSE(IsDebugPackage("com.foxdebug.acode"));
  EXPECT_FALSE(IsDebugPackage("net.iptux.xposed.usbdebugging"));
  EXPECT_FALSE(IsDebugPackage("net.app.usbdebug"));
}

TEST(Certifiable, IsNoUnitOfAPublicTestKey) {
  const App app{Platform::kAndroid, "org.example.app"};
  EXPECT_TRUE(CheckCertifiable(app, {kOwnKey}));
  for (const std::vector<std::string>& signers : {std::vector<std::string>{kTestKey}, {kOwnKey, kTestKey}}) {
    const auto checked = CheckCertifiable(app, signers);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(checked.error().message.find(kTestKey), std::string::npos);
  }
}

TEST(Certifiable, IsNoTemplateAndNoDebugBuild) {
  EXPECT_FALSE(CheckCertifiable({Platform::kAndroid, "com.example.app"}, {kOwnKey}));
  EXPECT_FALSE(CheckCertifiable({Platform::kIos, "com.yourcompany.app"}, {"ABCDE12345"}));
  EXPECT_FALSE(CheckCertifiable({Platform::kAndroid, "org.example.app.debug"}, {kOwnKey}));
}

}  // namespace
}  // namespace certmark::ca
