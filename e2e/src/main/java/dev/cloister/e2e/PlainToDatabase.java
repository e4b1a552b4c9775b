package dev.cloister.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Somebody on the network speaks to the database without TLS. */
record PlainToDatabase() implements Attack {

  private static final int PORT = 6379;
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
    String ip = stage.guestbook().database().ips().getFirst();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(ip, PORT), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      String text = new String(answer, StandardCharsets.ISO_8859_1);
      if (text.contains("PONG") || text.contains("redis")) {
        throw Refusals.notRefused("the database answered " + text.strip(), null);
      }
      return ip + ":" + PORT + " closed the connection after " + answer.length + " bytes of TLS";
    } catch (IOException e) {
      return ip + ":" + PORT + ": " + e.getMessage();
    }
  }
}
