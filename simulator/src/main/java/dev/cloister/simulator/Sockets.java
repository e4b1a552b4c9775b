package dev.cloister.simulator;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Unix sockets that only their owner may connect to. */
final class Sockets {

  private static final int BACKLOG = 16;

  private Sockets() {}

  /** Listens on the path, in a directory of mode 0700; one that was left behind is replaced. */
  static ServerSocketChannel listen(Path path) throws IOException {
    Files.deleteIfExists(path);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }
}
