#include <cairn/thread_wait.h>

namespace cairn {
namespace {

thread_local constinit ThreadWait::Observer* of_this_thread = nullptr;

}  // namespace

ThreadWait::ThreadWait() : observer_(of_this_thread) {
  if (observer_ == nullptr) return;
  of_this_thread = nullptr;  // a wait within this one is the same
  observer_->wait_begins();
}

ThreadWait::~ThreadWait() {
  if (observer_ == nullptr) return;
  observer_->wait_ends();
  of_this_thread = observer_;
}

void ThreadWait::observe(Observer* observer) { of_this_thread = observer; }

}  // namespace cairn
