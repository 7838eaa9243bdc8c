// FindAndModify: changes or removes one document and gives it back, as it was or as it is.
#pragma once

#include "engine/write/context.h"

#include <cairn/collection.h>

namespace cairn::write {

Result<FindAndModifyResult> find_and_modify(Context& context, const Namespace& name,
                                            const FindAndModifyStatement& statement,
                                            const WriteOptions& options);

}  // namespace cairn::write
