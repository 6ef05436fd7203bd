import Builtin

/// Looks that take longer than what one thread does alone between the parts of a network, some tens
/// of microseconds: of 15 to 60 nanoseconds each with the hint, of one or two without.
#if arch(x86_64)
  let looksBeforeSleep = 10_000
#else
  let looksBeforeSleep = 200_000
#endif

/// Tells the processor that the calling thread only waits: a sibling on the same core gets on
/// faster, and the memory that is looked at is not asked for more often than it can change. Takes
/// some tens of nanoseconds on x86-64; elsewhere nothing is said.
@inline(__always)
func spinHint() {
  #if arch(x86_64)
    Builtin.int_x86_sse2_pause()
  #endif
}
