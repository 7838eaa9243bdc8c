// It lies where MongoDB has it, in `config.clusterParameters`:
// {_id: "changeStreamOptions", clusterParameterTime, preAndPostImages: {expireAfterSeconds}}.
#include "engine/api/image_lifetime.h"

#include <cairn/collection.h>
#include <cairn/database.h>

namespace cairn {
namespace {

constexpr std::string_view kConfig = "config";
constexpr std::string_view kParameters = "clusterParameters";
constexpr std::string_view kName = "changeStreamOptions";

std::int64_t seconds_in(DocumentView parameter) {
  const ValueView images = parameter["preAndPostImages"];
  const ValueView seconds =
      images.is_document() ? images.as_document()["expireAfterSeconds"] : ValueView();
  return seconds.is_number() ? seconds.to_int64_clamped() : 0;
}

}  // namespace

Status api::load_image_lifetime(Engine& engine) {
  CAIRN_ASSIGN_OR_RETURN(
      const auto stored,
      Collection(&engine, kConfig, kParameters).find_one(document("_id", kName)));
  if (stored) engine.events().limits().image_seconds = seconds_in(*stored);
  return Status();
}

std::optional<std::chrono::seconds> Database::image_lifetime() const {
  const std::int64_t seconds = engine_->events().limits().image_seconds;
  return seconds > 0 ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

Result<OpTime> Database::set_image_lifetime(std::optional<std::chrono::seconds> lifetime) {
  if (lifetime && lifetime->count() <= 0) {
    return Status(ErrorCode::kBadValue, "Numeric value of 'expireAfterSeconds' should be positive");
  }
  DocumentBuilder images;
  if (lifetime) {
    images.append("expireAfterSeconds", std::int64_t{lifetime->count()});
  } else {
    images.append("expireAfterSeconds", "off");
  }
  const Document id = document("_id", kName);
  const Document parameter =
      document("_id", kName, "clusterParameterTime", last_op_time().timestamp(), "preAndPostImages",
               images.take());
  CAIRN_ASSIGN_OR_RETURN(
      const UpdateResult stored,
      collection(kConfig, kParameters)
          .update(UpdateStatement{
              .filter = id, .update = parameter.view().as_value(), .upsert = true}));
  if (!stored.errors.empty()) return stored.errors.front().status;
  engine_->events().limits().image_seconds = lifetime ? lifetime->count() : 0;
  return stored.op_time;
}

}  // namespace cairn
