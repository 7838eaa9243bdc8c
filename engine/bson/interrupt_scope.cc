#include <cairn/interrupt_scope.h>

namespace cairn {
namespace {

thread_local constinit const Interrupt* of_thread = nullptr;

}  // namespace

InterruptScope::InterruptScope(const Interrupt* interrupt) : outer_(of_thread) {
  if (interrupt != nullptr) of_thread = interrupt;
}

InterruptScope::~InterruptScope() { of_thread = outer_; }

Status InterruptScope::check() { return of_thread == nullptr ? Status() : of_thread->check(); }

const Interrupt* InterruptScope::current() { return of_thread; }

}  // namespace cairn
