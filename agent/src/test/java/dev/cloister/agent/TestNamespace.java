package dev.cloister.agent;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A thread in namespaces of its own. What it starts, threads and processes, is there too, so that
 * the agent's own code runs in it as it does in a VM.
 */
final class TestNamespace implements AutoCloseable {

  private static final long NEW_MOUNTS = 0x2_0000;
  private static final long RECURSIVE_PRIVATE = 0x4000 | 0x4_0000;

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Thread thread;

  private TestNamespace(String network, boolean ownMounts) {
    thread =
        AgentThreads.start(
            "ns",
            () -> {
              try {
                enter(network);
                if (ownMounts) {
                  Kernel.unshare(NEW_MOUNTS);
                  Kernel.mount("none", "/", "none", RECURSIVE_PRIVATE, "");
                }
                while (true) {
                  tasks.take().run();
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** In this network namespace, with mounts of its own. */
  static TestNamespace alone(String network) {
    return new TestNamespace(network, true);
  }

  /** In this network namespace, as seen from the calling thread. */
  static TestNamespace in(String network) {
    return new TestNamespace(network, false);
  }

  /** Does something there, and waits for it. */
  <T> T call(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    tasks.add(future);
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  @SuppressWarnings("restricted") // setns(2) cannot be called wrongly
  private static void enter(String network) {
    int descriptor = Kernel.open(network, 0);
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle setns =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("setns"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      if ((int) setns.invokeExact(descriptor, 0x4000_0000) != 0) {
        throw new IllegalStateException("setns " + network);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      Kernel.close(descriptor);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
