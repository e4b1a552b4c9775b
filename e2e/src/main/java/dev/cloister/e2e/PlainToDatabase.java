package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.rpc.NodePods.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Somebody on the network speaks to the database without TLS. */
record PlainToDatabase() implements Attack {

  private static final int LIMIT_MILLIS = 10_000;

  @Override
  public String name() {
    return "plain TCP to the database from outside";
  }

  @Override
  public String refuser() {
    return "HAProxy in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    Pod database = stage.guestbook().database();
    MeshWatch watch = MeshWatch.of(stage, database);
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(database.ips().getFirst(), Guestbook.DATABASE_PORT), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      if (answer.contains("PONG")) {
        throw Refusals.notRefused("the database answered " + answer.strip(), null);
      }
    } catch (IOException _) {
      // Cut off; the guest says why.
    }
    return watch.refusal(AgentError.MESH_HANDSHAKE, Guestbook.DATABASE_PORT, stage.gateway() + ":");
  }
}
