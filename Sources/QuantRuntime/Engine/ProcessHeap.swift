import CKernels

/// Where the threads of the process take memory from.
public enum ProcessHeap {
  /// Lets all of them take it from one heap. To be called before there are any.
  ///
  /// By default glibc gives each thread a heap of its own that grows by single pages, with a system call
  /// for each: a script that builds strings took an eighth longer. The threads of a training hardly ever
  /// take memory, so that they do not wait for each other.
  public static func share() { mq_share_heap() }
}
