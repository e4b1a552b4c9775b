package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.rpc.HttpHandler;
import dev.cloister.rpc.HttpLimits;
import dev.cloister.rpc.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;

/**
 * What one container finds at {@code /run/cloister} (docs/in-pod-api.md): its socket to the agent
 * and its files. The directory belongs to the container's instance alone and is mounted read-only;
 * everything in it is root's and readable for the container's group.
 *
 * <p>Files are written beside the directory and moved in, so that nothing that a container could
 * have put there is ever followed. Certificate, key and authorities change together: {@code tls} is
 * a link that is replaced in one step.
 */
final class InPod implements AutoCloseable {

  static final String SOCKET = "api.sock";

  /** Requests are small; an answer holds an initdata document of up to 1 MiB. */
  private static final HttpLimits LIMITS =
      new HttpLimits(4096, 4096, Duration.ofSeconds(5), Duration.ofSeconds(10), 8, 8);

  private static final int BACKLOG = 8;
  private static final int DIRECTORY_MODE = 0750;
  private static final int SECRET_MODE = 0640;
  private static final int OPEN_MODE = 0644;

  private final String directory;
  private final String staging;
  private final FileOwner owner;
  private final long group;
  private final HttpServer server;
  private long generation;

  /** Gives files to a group, and modes; the kernel's calls but in tests. */
  interface FileOwner {
    /** Root and this group own the file, which has this mode from here on. */
    void own(String path, long group, int mode);

    /** By the kernel's calls. */
    FileOwner KERNEL =
        new FileOwner() {
          @Override
          public void own(String path, long group, int mode) {
            Kernel.changeMode(path, mode);
            Kernel.changeOwner(path, 0, group);
          }
        };
  }

  private InPod(String directory, String staging, FileOwner owner, long group, HttpServer server) {
    this.directory = directory;
    this.staging = staging;
    this.owner = owner;
    this.group = group;
    this.server = server;
  }

  /**
   * Makes the directory with its socket, which answers from here on.
   *
   * @param place a directory of the instance, which the container does not see
   */
  static InPod open(String place, ContainerPolicy container, FileOwner owner, HttpHandler api) {
    String directory = directory(place);
    String staging = place + "/staging";
    SmallFile.makeDirectory(directory);
    SmallFile.makeDirectory(staging);
    long group = container.user().ids().gid();
    owner.own(directory, group, DIRECTORY_MODE);
    String socket = directory + "/" + SOCKET;
    HttpServer server = new HttpServer(listen(socket), LIMITS, new AgentThreads("in-pod"), api);
    owner.own(socket, group, 0660);
    server.start();
    return new InPod(directory, staging, owner, group, server);
  }

  /** The directory that the container sees. */
  static String directory(String place) {
    return place + "/cloister";
  }

  private static ServerSocketChannel listen(String socket) {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
      return listener;
    } catch (IOException e) {
      throw failed(socket, e);
    }
  }

  /** Puts a file that everyone in the container may read. */
  void put(String name, Bytes content) {
    write(staging + "/" + name, content.toArray(), OPEN_MODE);
    move(Path.of(staging, name), Path.of(directory, name));
  }

  /** Puts certificate, key and authorities in the place of the former ones, all at once. */
  synchronized void put(Credentials credentials) {
    long next = generation + 1;
    String name = ".tls-" + next;
    String made = staging + "/" + name;
    SmallFile.makeDirectory(made);
    owner.own(made, group, DIRECTORY_MODE);
    write(made + "/tls.crt", credentials.chain().toArray(), OPEN_MODE);
    write(made + "/ca.crt", credentials.authorities().toArray(), OPEN_MODE);
    byte[] key = credentials.keyBytes();
    try {
      write(made + "/tls.key", key, SECRET_MODE);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
    move(Path.of(made), Path.of(directory, name));
    Path link = Path.of(staging, "link");
    try {
      Files.createSymbolicLink(link, Path.of(name));
    } catch (IOException e) {
      throw failed(link.toString(), e);
    }
    move(link, Path.of(directory, "tls"));
    // Whoever has just looked where the link leads still finds the files there.
    SmallFile.deleteTree(new File(directory, ".tls-" + (next - 2)));
    generation = next;
  }

  private void write(String path, byte[] content, int mode) {
    SmallFile.write(path, content);
    owner.own(path, group, mode);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed(to.toString(), e);
    }
  }

  private static CloisterException failed(String where, IOException e) {
    return new CloisterException(AgentError.MACHINE, where, String.valueOf(e.getMessage()), e);
  }

  /** Ends the socket; the files go with the instance. */
  @Override
  public void close() {
    server.close();
  }
}
