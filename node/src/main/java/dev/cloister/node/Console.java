package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps what a VM prints on its console, in a log of bounded size. While no daemon runs, QEMU drops
 * what the guest prints. The end of the connection is the end of the VM.
 */
final class Console implements AutoCloseable {

  private static final int EXPLAINED_BYTES = 8192;
  private static final int EXPLAINED_LINES = 12;

  private final BoundedLog log;
  private final SocketChannel channel;
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  private Console(BoundedLog log, SocketChannel channel) {
    this.log = log;
    this.channel = channel;
  }

  static Console connect(Path socket, Path file, NodeThreads threads) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    Console console = new Console(new BoundedLog(file, 512 << 10, 2), channel);
    threads.start("console", console::copy);
    return console;
  }

  BoundedLog log() {
    return log;
  }

  /** Done when the VM has closed its console. */
  CompletableFuture<Boolean> ended() {
    return ended.copy();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // The reader sees the end.
    }
  }

  /**
   * The console's last lines as a reason: those that say why a kernel or an init stopped come
   * first, and a changed disk block before all.
   */
  static String explain(Bytes tail) {
    String text = new String(tail.toArray(), StandardCharsets.ISO_8859_1);
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String clean = printable(line);
      if (!clean.isEmpty()) {
        lines.add(clean);
      }
    }
    List<String> chosen = new ArrayList<>();
    for (String line : lines) {
      boolean telling =
          line.contains("verity:")
              || line.contains("Kernel panic")
              || line.contains("FATAL")
              || line.contains("VFS:")
              || line.contains("cloister-init:");
      if (telling && chosen.size() < EXPLAINED_LINES) {
        chosen.add(line);
      }
    }
    if (chosen.isEmpty()) {
      chosen = lines.subList(Math.max(0, lines.size() - EXPLAINED_LINES), lines.size());
    }
    return chosen.isEmpty() ? "nothing on its console" : String.join(" | ", chosen);
  }

  String explain() {
    return explain(log.tail(EXPLAINED_BYTES));
  }

  /** Without control characters and colour sequences, 240 characters at most. */
  private static String printable(String line) {
    StringBuilder out = new StringBuilder();
    for (char c : line.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").toCharArray()) {
      if (c >= 32 && c < 127 && out.length() < 240) {
        out.append(c);
      }
    }
    return out.toString().strip();
  }

  private void copy() {
    try (channel) {
      ByteBuffer chunk = ByteBuffer.allocate(8192);
      while (channel.read(chunk.clear()) >= 0) {
        log.write(Bytes.of(chunk.array(), 0, chunk.position()));
      }
    } catch (IOException _) {
      // The same as its end.
    } finally {
      log.close();
      ended.complete(true);
    }
  }
}
