// Boost.JSON's own source, compiled once and here, so that nothing links Boost::json.
#include <boost/json/src.hpp>
