// How long the images of changes can be had (Database::set_image_lifetime): where that is stored.
#pragma once

#include "engine/api/engine.h"

#include <cairn/status.h>

namespace cairn::api {

// Reads what was stored, after a start.
Status load_image_lifetime(Engine& engine);

}  // namespace cairn::api
