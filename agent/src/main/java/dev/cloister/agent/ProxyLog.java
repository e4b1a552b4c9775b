package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.manifest.IdentityName;
import java.util.Optional;

/**
 * Reads the lines that {@link ProxyConfiguration} makes HAProxy log. Peers choose parts of them;
 * what is no valid line says nothing. Pure functions.
 */
final class ProxyLog {

  private static final JsonBudget BUDGET = new JsonBudget(4096, 4, 64);
  private static final int SHOWN = 200;
  private static final int NAME_MISMATCH = 32;
  private static final int SNI_MISMATCH = 33;
  private static final int SERVER_HANDSHAKE = 34;

  private ProxyLog() {}

  /**
   * A line about one connection.
   *
   * @param direction where it came from
   * @param code what refused it; empty where it passed
   * @param peer the other end's identity name or subject; for connections of containers, the name
   *     of the target
   * @param from {@code IP:PORT} that called
   * @param address {@code IP:PORT} that was called; empty for connections that came in
   * @param port that was dialled
   * @param issuer subject of the CA of the other end's certificate; empty where there is none
   * @param detail for people
   */
  record Entry(
      MeshEvent.Direction direction,
      String code,
      String peer,
      String from,
      String address,
      int port,
      String issuer,
      String detail) {}

  /** What a line says, where it is about a connection. */
  static Optional<Entry> read(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(Bytes.ofUtf8(line), BUDGET), "log");
      return switch (fields.string("event")) {
        case "in" -> Optional.of(in(fields));
        case "in-refused" -> refused(fields);
        case "public", "plain" -> Optional.of(open(fields));
        case "public-refused", "plain-refused" ->
            isProbe(fields) ? Optional.empty() : Optional.of(openRefused(fields));
        case "out" -> Optional.of(out(fields));
        default -> Optional.empty();
      };
    } catch (CloisterException _) {
      return Optional.empty();
    }
  }

  private static Entry in(JsonFields fields) {
    return arrived(
        fields,
        applicationFailed(fields) ? AgentError.MESH_UNREACHABLE : null,
        peer(text(fields, "peer")),
        text(fields, "issuer"),
        applicationFailed(fields) ? "the pod's own application" : text(fields, "curve"));
  }

  private static Entry open(JsonFields fields) {
    return arrived(
        fields,
        applicationFailed(fields) ? AgentError.MESH_UNREACHABLE : null,
        "",
        "",
        applicationFailed(fields) ? "the pod's own application" : text(fields, "event"));
  }

  private static Entry openRefused(JsonFields fields) {
    return arrived(fields, AgentError.MESH_HANDSHAKE, "", "", words(fields, "reason", "tls"));
  }

  /** The second letter says that the connection to the application did not come about. */
  private static boolean applicationFailed(JsonFields fields) {
    String state = text(fields, "state");
    return state.length() > 1 && state.charAt(1) == 'C';
  }

  /** A refusal; looks of other pods' proxies whether the right one answers are none. */
  private static Optional<Entry> refused(JsonFields fields) {
    String peer = text(fields, "peer");
    boolean handshakeDone = isDone(fields);
    if (isProbe(fields)) {
      return Optional.empty();
    }
    AgentError code =
        handshakeDone
            ? AgentError.MESH_CALLER
            : isAboutCertificate(fields) ? AgentError.MESH_CERTIFICATE : AgentError.MESH_HANDSHAKE;
    String detail = handshakeDone ? "" : words(fields, "reason", "tls");
    return Optional.of(arrived(fields, code, peer(peer), text(fields, "issuer"), detail));
  }

  private static boolean isDone(JsonFields fields) {
    return text(fields, "reason").equals("Success");
  }

  /** Whoever only looks is gone as soon as the handshake is done, often before this end knows. */
  private static boolean isProbe(JsonFields fields) {
    boolean nothingWrong = text(fields, "tls").isEmpty() && !isAboutCertificate(fields);
    return text(fields, "alpn").equals(ProxyConfiguration.PROBE)
        && (isDone(fields) || nothingWrong);
  }

  private static boolean isAboutCertificate(JsonFields fields) {
    return number(fields, "verify") != 0 || text(fields, "tls").contains("certificate");
  }

  private static Entry arrived(
      JsonFields fields,
      @org.jspecify.annotations.Nullable AgentError code,
      String peer,
      String issuer,
      String detail) {
    return new Entry(
        MeshEvent.Direction.IN,
        code == null ? "" : code.code(),
        peer,
        text(fields, "from") + ":" + port(fields, "fromPort"),
        "",
        port(fields, "port"),
        issuer,
        detail);
  }

  private static Entry out(JsonFields fields) {
    String state = text(fields, "state");
    boolean passed = state.equals("--");
    String to = text(fields, "to");
    int colon = to.lastIndexOf(':');
    String server = text(fields, "server");
    String address =
        server.startsWith("<") ? "" : text(fields, "at") + ":" + port(fields, "atPort");
    return new Entry(
        MeshEvent.Direction.OUT,
        passed ? "" : outCode(fields).code(),
        text(fields, "want"),
        text(fields, "from") + ":" + port(fields, "fromPort"),
        passed || !address.startsWith("-") ? address : "",
        colon < 0 ? 0 : decimal(to.substring(colon + 1)),
        text(fields, "issuer"),
        passed ? text(fields, "curve") : words(fields, "reason", "tls"));
  }

  private static AgentError outCode(JsonFields fields) {
    if (text(fields, "want").equals("deny")) {
      return AgentError.MESH_UNDECLARED;
    }
    int error = number(fields, "code");
    boolean identity = error == NAME_MISMATCH || error == SNI_MISMATCH || error == SERVER_HANDSHAKE;
    return identity ? AgentError.MESH_IMPOSTOR : AgentError.MESH_UNREACHABLE;
  }

  /** The identity name that belongs to a subject of the one form; any other subject as it is. */
  static String peer(String subject) {
    String[] parts = subject.split(",", -1);
    if (parts.length == 3
        && parts[0].startsWith("CN=")
        && parts[1].startsWith("OU=")
        && parts[2].startsWith("O=")) {
      try {
        return new IdentityName(parts[0].substring(3), parts[1].substring(3), parts[2].substring(2))
            .toString();
      } catch (CloisterException _) {
        return subject;
      }
    }
    return subject;
  }

  private static String words(JsonFields fields, String... names) {
    StringBuilder out = new StringBuilder();
    for (String name : names) {
      String text = text(fields, name);
      if (!text.isEmpty()) {
        out.append(out.isEmpty() ? "" : ": ").append(text.replace("SSL routines::", ""));
      }
    }
    return out.toString();
  }

  /** A text as people may see it. */
  private static String text(JsonFields fields, String name) {
    if (!fields.has(name)) {
      return "";
    }
    return shown(fields.optionalString(name).orElse(""));
  }

  /** A text cut to a length, without what a terminal would take for something else. */
  static String shown(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < SHOWN; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return out.toString();
  }

  private static int port(JsonFields fields, String name) {
    return (int) fields.optionalInteger(name, 0, 65_535).orElse(0L).longValue();
  }

  private static int number(JsonFields fields, String name) {
    return fields.optionalInteger(name, -1, Integer.MAX_VALUE).orElse(0L).intValue();
  }

  private static int decimal(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
