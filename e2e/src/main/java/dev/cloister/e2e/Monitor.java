package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.NodeAccess.ReadLogRequest;
import dev.cloister.rpc.NodeAccess.ReadLogResponse;
import dev.cloister.rpc.NodePods.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A workload that the owners let in and that is hostile, as when a publisher's image is: it may
 * read the metrics of the database's mesh, gives its certificates and keys away in its log, and
 * tries to reach a host of its own. For one thread.
 */
final class Monitor {

  /** Its pod. */
  static final String NAME = "monitor";

  /** Where its YAML is. */
  static final String YAML_FILE = "monitor.yaml";

  /** The port that it may call. */
  static final int METRICS_PORT = 15020;

  /** The host outside that it tries to reach (an address of RFC 5737 that nobody has). */
  static final String COLLECTOR = "198.51.100.7";

  /** The port there. */
  static final int COLLECTOR_PORT = 8099;

  /** What it prints after each try. */
  static final String TRIED = "monitor: collector";

  static final String YAML =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: monitor
        annotations:
          cloister.dev/connects-to: "db:15020"
          cloister.dev/logs: |
            - monitor: host
      spec:
        automountServiceAccountToken: false
        enableServiceLinks: false
        containers:
          - name: monitor
            image: 127.0.0.1:5055/kv/busybox:1
            command:
              - /usr/bin/sh
              - -c
              - |
                given=""
                while :; do
                  /usr/bin/busybox wget -q -T 3 -O /dev/null http://db:15020/metrics
                  now=$(/usr/bin/busybox readlink /run/cloister/tls)
                  if [ "$now" != "$given" ]; then
                    cat /run/cloister/tls/tls.crt /run/cloister/tls/tls.key && given=$now
                  fi
                  said=$(/usr/bin/busybox wget -q -T 2 -O /dev/null http://198.51.100.7:8099/ 2>&1)
                  echo "monitor: collector $? $said"
                  sleep 2
                done
            resources:
              limits:
                memory: 16Mi
      """;

  private static final Pattern GIVEN_AWAY =
      Pattern.compile(
          "((?:-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\\s+)+)"
              + "(-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----)");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stage stage;

  Monitor(Stage stage) {
    this.stage = stage;
  }

  /** A certificate with those above it, and its key, as PEM. */
  record Identity(String certificates, String key) {}

  Pod pod() {
    return stage.node().pod("default/" + NAME);
  }

  /** What it printed so far. */
  String log() {
    StringBuilder log = new StringBuilder();
    long offset = 0;
    while (true) {
      ReadLogResponse piece =
          stage.node().calls().readLog(new ReadLogRequest(pod().id(), NAME, offset, false));
      if (piece.data().isEmpty()) {
        return log.toString();
      }
      log.append(new String(piece.data().toArray(), StandardCharsets.UTF_8));
      offset = piece.nextOffset();
    }
  }

  /** What it gave away, the oldest first; at least this many. */
  List<Identity> identities(int least) {
    return Pause.until(
        LIMIT,
        () -> Optional.of(identities()).filter(found -> found.size() >= least),
        () ->
            new CloisterException(
                E2eError.STEP_FAILED,
                NAME,
                "it gave away " + identities().size() + " certificates"));
  }

  private List<Identity> identities() {
    Matcher matcher = GIVEN_AWAY.matcher(log());
    return matcher.results().map(given -> new Identity(given.group(1), given.group(2))).toList();
  }

  /** How somebody outside calls a port of the database with what was given away. */
  List<String> curl(Identity identity, int port, String path) {
    Path directory = stage.guestbook().directory();
    Path certificates = directory.resolve("monitor.crt");
    Path key = directory.resolve("monitor.key");
    try {
      Files.writeString(certificates, identity.certificates());
      Files.writeString(key, identity.key());
    } catch (IOException e) {
      throw Stage.failed(directory.toString(), e);
    }
    return List.of(
        "-k",
        "--cert",
        certificates.toString(),
        "--key",
        key.toString(),
        "https://" + stage.guestbook().database().ips().getFirst() + ":" + port + path);
  }
}
