package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageStoreTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path temp;

  @Test
  void whatWasNotUsedForLongestIsEvicted() throws IOException {
    OciLayout first = layout("first");
    OciLayout second = layout("second");
    ImageDisk old = disk(store(InstantSource.fixed(NOON)), first);
    ImageDisk young = disk(store(InstantSource.fixed(NOON.plusSeconds(7200))), second);
    assertThat(old.path()).doesNotExist();
    assertThat(young.path()).exists();
  }

  @Test
  void whatWasUsedWithinTheGraceStays() throws IOException {
    ImageDisk old = disk(store(InstantSource.fixed(NOON)), layout("first"));
    disk(store(InstantSource.fixed(NOON.plusSeconds(60))), layout("second"));
    assertThat(old.path()).exists();
  }

  @Test
  void severalUsersAtOnceGetTheOneDisk() throws Exception {
    OciLayout layout = layout("first");
    List<Future<ImageDisk>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        all.add(threads.submit(() -> disk(ImageStore.open(temp.resolve("store")), layout)));
      }
    }
    assertThat(all.stream().map(ImageStoreTest::get).distinct()).hasSize(1);
  }

  @Test
  void aHalfMadeDiskOfAKilledProcessIsMadeAnew() throws IOException {
    OciLayout layout = layout("first");
    ImageStore store = ImageStore.open(temp.resolve("store"));
    ImageDisk disk = disk(store, layout);
    Path entry = java.util.Objects.requireNonNull(disk.path().getParent());
    Path work = Files.createDirectory(entry.resolveSibling(entry.getFileName() + ".new"));
    Files.writeString(work.resolve("disk.img"), "half");
    Files.delete(disk.path());
    assertThat(disk(store, layout)).isEqualTo(disk);
    assertThat(work).doesNotExist();
  }

  @Test
  void anInterruptedDownloadIsResumed() throws IOException {
    OciLayout layout = layout("first");
    Descriptor layer =
        store(InstantSource.system())
            .resolve(Reference.parse("localhost/x:test"), layout)
            .layers()
            .getFirst();
    byte[] bytes = Files.readAllBytes(layout.blob(layer.digest()));
    Path partial = temp.resolve("store/blobs/partial").resolve(layer.digest().hex());
    Files.write(partial, Bytes.of(bytes, 0, 1000).toArray());
    ImageDisk resumed = disk(ImageStore.open(temp.resolve("store")), layout);
    Files.delete(resumed.path());
    Files.delete(temp.resolve("store/blobs/sha256").resolve(layer.digest().hex()));
    Files.write(partial, new byte[1000]);
    assertThat(disk(ImageStore.open(temp.resolve("store")), layout)).isEqualTo(resumed);
  }

  private OciLayout layout(String name) throws IOException {
    return new RawLayout(temp.resolve(name))
        .plain(new RawTar().member(name, '0', "", ErofsWriterTest.pattern(100_000).toArray()))
        .finish();
  }

  private ImageStore store(InstantSource clock) {
    StoreLimits limits = new StoreLimits(1, Duration.ofHours(1), FlattenLimits.DEFAULT);
    return ImageStore.open(temp.resolve("store"), limits, clock);
  }

  private static ImageDisk disk(ImageStore store, OciLayout layout) {
    ResolvedImage image = store.resolve(Reference.parse("localhost/x:test"), layout);
    return store.disk(image, layout, ProgressListener.NONE);
  }

  private static ImageDisk get(Future<ImageDisk> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
