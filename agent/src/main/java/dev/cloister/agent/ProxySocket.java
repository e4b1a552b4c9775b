package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * HAProxy's master socket: each command on a connection of its own. Answers are HAProxy's texts; of
 * each at most 1 MiB is taken.
 *
 * @param path of the socket
 */
record ProxySocket(String path) {

  private static final int MAX_ANSWER = 1 << 20;

  /** What HAProxy's master answers. */
  String ask(String command) {
    return ask(command.getBytes(StandardCharsets.US_ASCII), command);
  }

  /** What the worker in charge answers. */
  String askWorker(String command) {
    return ask("@1 " + command);
  }

  /**
   * Gives the worker in charge another certificate in the place of one that it holds.
   *
   * @param file the name under which it holds it
   * @param pem chain and key, which the caller must erase
   * @throws CloisterException with {@link AgentError#MESH} where it refuses it; then the former one
   *     stays
   */
  void swapCertificate(String file, byte[] pem) {
    byte[] head = ("@1 set ssl cert " + file + " <<\n").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(head, head.length + pem.length + 1);
    System.arraycopy(pem, 0, whole, head.length, pem.length);
    whole[whole.length - 1] = '\n';
    try {
      require(ask(whole, "set ssl cert"), "Transaction created");
      require(askWorker("commit ssl cert " + file), "Success!");
    } catch (CloisterException e) {
      askWorker("abort ssl cert " + file);
      throw e;
    } finally {
      Arrays.fill(whole, (byte) 0);
    }
  }

  /**
   * Loads the configuration anew; connections of the former one stay.
   *
   * @throws CloisterException with {@link AgentError#MESH} where it is refused; then the former one
   *     stays in force
   */
  void reload() {
    require(ask("reload"), "Success=1");
  }

  private static void require(String answer, String wanted) {
    if (!answer.contains(wanted)) {
      throw new CloisterException(AgentError.MESH, "mesh.proxy", told(answer));
    }
  }

  /** The lines that say what is wrong, on one line. */
  private static String told(String answer) {
    StringBuilder out = new StringBuilder();
    for (String line : answer.split("\n", -1)) {
      boolean notice = line.startsWith("[NOTICE]") || line.startsWith("--") || line.isBlank();
      if (!notice && out.length() < 300) {
        out.append(out.isEmpty() ? "" : "; ").append(line.strip());
      }
    }
    return out.toString();
  }

  private String ask(byte[] command, String name) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer out = ByteBuffer.allocate(command.length + 1);
      out.put(command).put((byte) '\n').flip();
      while (out.hasRemaining()) {
        channel.write(out);
      }
      Arrays.fill(out.array(), (byte) 0);
      channel.shutdownOutput();
      return answer(channel);
    } catch (IOException e) {
      throw new CloisterException(AgentError.MESH, "mesh.proxy", name + ": " + e.getMessage(), e);
    }
  }

  private static String answer(SocketChannel channel) throws IOException {
    StringBuilder all = new StringBuilder();
    ByteBuffer in = ByteBuffer.allocate(8192);
    while (all.length() < MAX_ANSWER && channel.read(in) >= 0) {
      in.flip();
      all.append(StandardCharsets.ISO_8859_1.decode(in));
      in.clear();
    }
    return all.toString();
  }
}
