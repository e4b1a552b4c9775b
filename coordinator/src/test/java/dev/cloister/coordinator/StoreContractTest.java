package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both stores promise, each over real files or a real socket. */
class StoreContractTest {

  @TempDir Path directory;

  enum Kind {
    FILES,
    HTTP
  }

  /** A store and what closes it. */
  private record Opened(Store store, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  private Opened open(Kind kind) throws Exception {
    FileStore files = new FileStore(directory.resolve("store"));
    if (kind == Kind.FILES) {
      return new Opened(files, () -> {});
    }
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    NodeStore node = new NodeStore(files, listener);
    return new Opened(
        HttpStore.of("http://127.0.0.1:" + port, Shop.SHOP.pin().digest(), Duration.ofSeconds(20)),
        node::close);
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheNewestValueAndCountsVersionsFromOne(Kind kind) throws Exception {
    try (Opened opened = open(kind)) {
      Store store = opened.store();
      assertThat(store.read("head")).isEmpty();
      assertThat(store.compareAndSwap("head", 0, Bytes.ofUtf8("one"))).isEqualTo(1);
      assertThat(store.compareAndSwap("head", 1, Bytes.ofUtf8("two"))).isEqualTo(2);
      assertThat(store.read("head")).contains(new Store.Versioned(2, Bytes.ofUtf8("two")));
      assertThat(store.read("transitions/ab")).isEmpty();
      assertThat(store.compareAndSwap("transitions/ab", 0, Bytes.ofUtf8("x"))).isEqualTo(1);
      assertThat(store.read("head").orElseThrow().version()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAWriteOverAnotherValueThanTheExpectedOne(Kind kind) throws Exception {
    try (Opened opened = open(kind)) {
      Store store = opened.store();
      store.compareAndSwap("head", 0, Bytes.ofUtf8("one"));
      for (long expected : List.of(0L, 2L)) {
        assertRefused(
            CoordinatorError.STORE_CONFLICT,
            () -> store.compareAndSwap("head", expected, Bytes.ofUtf8("other")));
      }
      assertRefused(
          CoordinatorError.STORE_CONFLICT,
          () -> store.compareAndSwap("absent", 1, Bytes.ofUtf8("other")));
      assertThat(store.read("head")).contains(new Store.Versioned(1, Bytes.ofUtf8("one")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheLargestValueAndRefusesALargerOneAndAnEmptyOne(Kind kind) throws Exception {
    try (Opened opened = open(kind)) {
      Bytes largest = Bytes.zeros(Store.MAX_VALUE);
      opened.store().compareAndSwap("large", 0, largest);
      assertThat(opened.store().read("large").orElseThrow().value()).isEqualTo(largest);
      assertRefused(
          CoordinatorError.BAD_REQUEST,
          () -> opened.store().compareAndSwap("larger", 0, Bytes.zeros(Store.MAX_VALUE + 1)));
      assertRefused(
          CoordinatorError.BAD_REQUEST,
          () -> opened.store().compareAndSwap("empty", 0, Bytes.EMPTY));
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesKeysThatAreNotPlain(Kind kind) throws Exception {
    try (Opened opened = open(kind)) {
      Stream.of("", "/a", "a/", "a//b", "..", "a/../b", "a/./b", "A", "a_b", "a b", "a".repeat(129))
          .forEach(
              key -> assertRefused(CoordinatorError.BAD_REQUEST, () -> opened.store().read(key)));
      assertThat(opened.store().read("a".repeat(128))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofManyWritersAtOnceExactlyOneReplacesEachVersion(Kind kind) throws Exception {
    try (Opened opened = open(kind);
        ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> tasks =
          Stream.<Callable<Integer>>generate(() -> () -> writes(opened.store())).limit(4).toList();
      int written = 0;
      for (Future<Integer> done : writers.invokeAll(tasks)) {
        written += done.get();
      }
      assertThat(opened.store().read("head").orElseThrow().version()).isEqualTo(written);
    }
  }

  private static int writes(Store store) {
    int written = 0;
    for (int i = 0; i < 10; i++) {
      long version = store.read("head").map(Store.Versioned::version).orElse(0L);
      try {
        store.compareAndSwap("head", version, Bytes.ofUtf8("value " + i));
        written++;
      } catch (CloisterException e) {
        assertThat(e.code()).isEqualTo(CoordinatorError.STORE_CONFLICT);
      }
    }
    return written;
  }
}
