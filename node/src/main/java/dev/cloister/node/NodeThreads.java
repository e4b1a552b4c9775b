package dev.cloister.node;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Where all threads of the node are made. They are virtual: whatever blocks here is a socket, a
 * process or a lock.
 */
final class NodeThreads {

  private final EventLog log;

  NodeThreads(EventLog log) {
    this.log = log;
  }

  /** Starts work that runs until it is done; what it throws is logged. */
  Thread start(String name, Runnable work) {
    return Thread.ofVirtual()
        .name(name)
        .uncaughtExceptionHandler((thread, e) -> log.failure("thread", thread.getName(), e))
        .start(work);
  }

  /** Makes threads of this name, for those who start them themselves. */
  ThreadFactory factory(String name) {
    return work ->
        Thread.ofVirtual()
            .name(name)
            .uncaughtExceptionHandler((thread, e) -> log.failure("thread", thread.getName(), e))
            .unstarted(work);
  }

  /** Starts work that has a result. */
  <T> FutureTask<T> task(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    start(name, task);
    return task;
  }
}
