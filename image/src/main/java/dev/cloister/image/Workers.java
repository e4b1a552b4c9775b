package dev.cloister.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The one place of this module that makes threads: one platform thread for each processor. */
final class Workers {

  private Workers() {}

  /** Work that is done in several threads at once. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** Does the same work in as many threads as there are processors, and waits for all. */
  static void run(String name, Work work) throws IOException {
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      FutureTask<Boolean> task = new FutureTask<>(done(work));
      tasks.add(task);
      threads.add(Thread.ofPlatform().daemon().name("image-" + name + "-" + i).start(task));
    }
    try {
      for (FutureTask<Boolean> task : tasks) {
        await(task);
      }
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  /** Starts work in a thread of its own. */
  static FutureTask<Boolean> start(String name, Work work) {
    FutureTask<Boolean> task = new FutureTask<>(done(work));
    Thread.ofPlatform().daemon().name("image-" + name).start(task);
    return task;
  }

  /** Starts a thread. */
  static Thread startThread(String name, Runnable body) {
    return Thread.ofPlatform().daemon().name("image-" + name).start(body);
  }

  private static Callable<Boolean> done(Work work) {
    return () -> {
      work.run();
      return true;
    };
  }

  /** Waits for the work; its failure becomes the caller's. */
  static void await(FutureTask<Boolean> task) throws IOException {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
