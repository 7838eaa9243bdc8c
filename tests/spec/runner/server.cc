// Scripts against a server of their own, spoken to in OP_MSG by hand: a driver would hide the
// reply.
#include "tests/spec/runner/target.h"
#include "tests/spec/runner/temporary_directory.h"
#include "wire/mongodb/frame.h"
#include "wire/mongodb/op_msg.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

namespace cairn::spec {
namespace {

namespace protocol = wire::mongodb;

constexpr std::array<std::string_view, 5> kSectionFields = {"documents", "updates", "deletes",
                                                            "ops", "nsInfo"};

Status failed(const std::string& what) {
  return {ErrorCode::kHostUnreachable, what + ": " + std::strerror(errno)};
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

  bool connect_to(std::uint16_t port) {
    const sockaddr_in address = loopback(port);
    return connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  Status send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return failed("send");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }

  Status receive_all(char* to, std::size_t size) {
    while (size > 0) {
      const ssize_t received = recv(fd_, to, size, 0);
      if (received <= 0) return failed("the server closed the connection");
      to += received;
      size -= static_cast<std::size_t>(received);
    }
    return {};
  }

 private:
  int fd_;
};

std::uint16_t free_port() {
  Socket probe;
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(probe.fd(), reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
  if (getsockname(probe.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

bool is_section(const Element& field) {
  if (!field.value.is_array()) return false;
  for (std::string_view name : kSectionFields) {
    if (name == field.name) break;
    if (name == kSectionFields.back()) return false;
  }
  for (const Element& element : field.value.as_document()) {
    if (!element.value.is_document()) return false;
  }
  return true;
}

void append_section(const Element& field, std::string& message) {
  message += static_cast<char>(protocol::kSequenceSection);
  const std::size_t start = message.size();
  message.append(4, '\0');
  message.append(field.name);
  message += '\0';
  for (const Element& element : field.value.as_document()) {
    message.append(element.value.as_document().bytes());
  }
  const auto size = static_cast<std::uint32_t>(message.size() - start);
  std::memcpy(message.data() + start, &size, sizeof size);
}

// The command as an OP_MSG.
std::string make_message(std::int32_t id, std::string_view database, DocumentView command,
                         bool sections) {
  std::string message(protocol::kHeaderBytes + 4, '\0');  // flags: none
  std::string body;
  DocumentBuilder builder(body);
  for (const Element& field : command) {
    if (field.name == "$db") continue;
    if (sections && is_section(field)) {
      append_section(field, message);
    } else {
      builder.append(field.name, field.value);
    }
  }
  builder.append("$db", database);
  builder.finish();
  message += static_cast<char>(protocol::kBodySection);
  message += body;
  protocol::store_header({.length = static_cast<std::int32_t>(message.size()),
                          .request_id = id,
                          .opcode = protocol::Opcode::kMessage},
                         message.data());
  return message;
}

class Server : public Target {
 public:
  Server(std::string_view binary, const CommandRunnerOptions& options, bool sections)
      : binary_(binary), options_(options), sections_(sections) {}
  ~Server() override { stop(); }

  Result<Document> run(std::string_view database, DocumentView command) override {
    CAIRN_RETURN_IF_ERROR(
        socket_->send_all(make_message(++last_id_, database, command, sections_)));
    std::array<char, protocol::kHeaderBytes> head;
    CAIRN_RETURN_IF_ERROR(socket_->receive_all(head.data(), head.size()));
    const auto header =
        protocol::load_header({reinterpret_cast<const std::uint8_t*>(head.data()), head.size()});
    if (header.opcode != protocol::Opcode::kMessage || header.response_to != last_id_) {
      return {ErrorCode::kProtocolError, "not the reply to this request"};
    }
    std::string rest(static_cast<std::size_t>(header.length) - head.size(), '\0');
    CAIRN_RETURN_IF_ERROR(socket_->receive_all(rest.data(), rest.size()));
    return Document::from_bytes(std::string_view(rest).substr(5));  // flags, kind of section
  }

  Status reopen() override {
    if (const char* running = std::getenv("CAIRN_SPEC_PORT")) {
      port_ = static_cast<std::uint16_t>(std::atoi(running));
      return wait_until_it_answers();
    }
    stop();
    if (port_ == 0) port_ = free_port();
    CAIRN_RETURN_IF_ERROR(start());
    return wait_until_it_answers();
  }

 private:
  Status start() {
    const std::string data = (directory_.path() / "data").string();
    const std::string log = (directory_.path() / "log").string();
    const std::string port = std::to_string(port_);
    std::vector<const char*> words = {binary_.c_str(), "serve",  "--data",
                                      data.c_str(),    "--port", port.c_str()};
    if (options_.standalone) words.push_back("--standalone");
    if (options_.test_commands) words.push_back("--test-commands");
    words.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) return failed("fork");
    if (pid_ > 0) return {};
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a server must not outlive a test that ctest kills
    const int out = open(log.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execv(binary_.c_str(), const_cast<char* const*>(words.data()));
    _exit(127);
  }

  Status wait_until_it_answers() {
    for (int tries = 0; tries < 600; ++tries) {
      socket_ = std::make_unique<Socket>();
      if (socket_->connect_to(port_) && run("admin", document("ping", 1)).ok()) return {};
      int status = 0;
      if (pid_ > 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return {ErrorCode::kHostUnreachable, "the server ended: " + std::to_string(status)};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return {ErrorCode::kHostUnreachable, "the server does not answer"};
  }

  void stop() {
    socket_.reset();
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  const std::string binary_;
  const CommandRunnerOptions options_;
  const bool sections_;
  TemporaryDirectory directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  std::unique_ptr<Socket> socket_;
  std::int32_t last_id_ = 0;
};

}  // namespace

Result<std::unique_ptr<Target>> start_server(std::string_view binary,
                                             const CommandRunnerOptions& options, bool sections) {
  auto target = std::make_unique<Server>(binary, options, sections);
  CAIRN_RETURN_IF_ERROR(target->reopen());
  return std::unique_ptr<Target>(std::move(target));
}

}  // namespace cairn::spec
