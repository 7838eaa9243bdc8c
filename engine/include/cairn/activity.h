// Activity: what runs around the engine in the same process. A server has operations, cursors and
// sessions of its clients that the engine does not know; the stages that tell of them
// ($currentOp, $listLocalSessions, $listSessions) ask here.
#pragma once

#include <cairn/bson.h>

#include <string>
#include <string_view>
#include <vector>

namespace cairn {

// Asked by the thread that begins the aggregation, and no more once that call has returned.
class Activity {
 public:
  // $currentOp's options.
  struct Operations {
    bool of_all_users = false;
    bool idle_connections = false;
    bool idle_cursors = false;
    bool idle_sessions = true;
    bool truncate_commands = false;
  };
  struct User {
    std::string name;
    std::string database;
  };
  // Whose sessions: of everybody, of the users named, or, where there are none, the asker's own.
  struct Sessions {
    bool of_all_users = false;
    std::vector<User> of_users = {};
  };

  virtual ~Activity() = default;
  // A document for each, as $currentOp shows it.
  virtual std::vector<Document> operations(const Operations& wanted) const = 0;
  // A document for each: {_id: {id: <UUID>, uid: <digest of the user>}, lastUse: <date>}.
  virtual std::vector<Document> sessions(const Sessions& wanted) const = 0;
};

}  // namespace cairn
