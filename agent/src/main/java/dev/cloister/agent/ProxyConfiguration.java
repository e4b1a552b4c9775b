package dev.cloister.agent;

import dev.cloister.manifest.PodMesh;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.Protocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What HAProxy 3.0 is told. Pure functions of a plan: equal plans give equal files.
 *
 * <p>Inbound connections end in one of three listeners, to which the rules lead them by port:
 * mutual TLS, TLS with the pod's certificate alone, or no TLS. The decision who may come in is one
 * look into one list, by port and the caller's whole subject; a port that the list does not know is
 * refused by the same look. Outbound connections end in one listener, and one look by address and
 * port says whom to connect to; whoever answers there must have the certificate of the one identity
 * that belongs there. Nothing is ever resumed: a certificate counts for one connection.
 */
final class ProxyConfiguration {

  /** Where mutual TLS ends. */
  static final int MESH_PORT = 15006;

  /** Where TLS with the pod's certificate alone ends. */
  static final int PUBLIC_PORT = 15007;

  /** Where declared ports without TLS end. */
  static final int PLAIN_PORT = 15008;

  /** Where what containers send ends. */
  static final int OUTBOUND_PORT = 15001;

  /** Where the agent tells its numbers; on a pod that offers this port, the proxy leads there. */
  static final int METRICS_PORT = 15020;

  /**
   * The protocol (ALPN) that another pod's proxy speaks when it only looks whether the right one
   * answers. A name (SNI) would not do: HAProxy then wants a certificate for that name.
   */
  static final String PROBE = "cloister-probe";

  /** The configuration's file. */
  static final String CONFIGURATION = "haproxy.cfg";

  /** Who may come in: {@code PORT|SUBJECT}, one a line. */
  static final String ALLOWED = "allowed.acl";

  /** Ports that are open to everybody: one a line. */
  static final String OPEN = "open.acl";

  /** Where {@code ADDRESS:PORT} leads. */
  static final String TARGETS = "targets.map";

  /** The pod's certificate, the chain above it and its key. */
  static final String CERTIFICATE = "self.pem";

  /** The mesh CAs in force. */
  static final String AUTHORITIES = "ca.pem";

  /** Replicas of one workload that are used at a time. */
  private static final int REPLICAS = 16;

  private static final String PROBED = " alpn " + PROBE;
  private static final String TLS = "no-tls-tickets ssl-min-ver TLSv1.3";

  private final MeshPlan plan;
  private final List<MeshGeneration> generations;
  private final List<IpAddress> nameServers;
  private final String base;
  private final String directory;

  /**
   * What the files say.
   *
   * @param generations whose certificates are accepted, newest first
   * @param nameServers that are asked for other pods, and never trusted
   * @param base the directory of everything of the proxy
   * @param directory where the files will be
   */
  ProxyConfiguration(
      MeshPlan plan,
      List<MeshGeneration> generations,
      List<IpAddress> nameServers,
      String base,
      String directory) {
    this.plan = plan;
    this.generations = List.copyOf(generations);
    this.nameServers = List.copyOf(nameServers);
    this.base = base;
    this.directory = directory;
  }

  /** All files but certificate and authorities, by name. */
  Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(CONFIGURATION, configuration());
    files.put(ALLOWED, allowed());
    files.put(OPEN, open());
    files.put(TARGETS, targets());
    return files;
  }

  private String allowed() {
    StringBuilder out = new StringBuilder();
    for (PodMesh.Offer offer : plan.offers()) {
      for (PodMesh.Caller caller : offer.callers()) {
        out.append(offer.port()).append('|').append(caller.subject()).append('\n');
      }
    }
    return out.toString();
  }

  private String open() {
    StringBuilder out = new StringBuilder();
    plan.ports(InboundMode.PUBLIC, Protocol.TCP).forEach(port -> line(out, "public|" + port));
    plan.ports(InboundMode.PLAIN, Protocol.TCP).forEach(port -> line(out, "plain|" + port));
    return out.toString();
  }

  private String targets() {
    StringBuilder out = new StringBuilder();
    for (MeshPlan.Target target : plan.targets()) {
      line(out, target.address() + ":" + target.port() + " " + target.name());
    }
    return out.toString();
  }

  private String configuration() {
    StringBuilder out = new StringBuilder();
    out.append(global());
    out.append(resolvers());
    out.append(inbound());
    out.append(open("public", PUBLIC_PORT, " ssl crt " + directory + "/" + CERTIFICATE + PROBED));
    out.append(open("plain", PLAIN_PORT, ""));
    out.append(toApplication());
    out.append(outbound());
    plan.targets().forEach(target -> out.append(backend(target)));
    return out.toString();
  }

  private String global() {
    return """
    global
      log stdout len 4096 format raw daemon
      stats socket %s/admin.sock mode 600 level admin expose-fd listeners
      user haproxy
      group haproxy
      setcap cap_net_raw
      chroot %s/empty
      nbthread 1
      maxconn 2048
      mworker-max-reloads 4
      server-state-file %s/servers
      tune.bufsize 65536
      tune.ssl.cachesize 0
      ssl-default-bind-options %s
      ssl-default-bind-curves X25519MLKEM768:X25519
      ssl-default-server-options %s
      ssl-default-server-curves X25519MLKEM768:X25519
    defaults
      mode tcp
      log global
      option logasap
      option clitcpka
      option srvtcpka
      timeout connect 5s
      timeout client 24h
      timeout server 24h
      timeout client-hs 10s
      timeout queue 5s
      retries 3
      option redispatch 1
      load-server-state-from-file global
    """
        .formatted(base, base, base, TLS, TLS);
  }

  private String resolvers() {
    StringBuilder out = new StringBuilder("resolvers pod\n");
    for (int i = 0; i < nameServers.size(); i++) {
      line(out, "  nameserver d" + i + " " + socket(nameServers.get(i), 53));
    }
    return out
        + """
          accepted_payload_size 8192
          resolve_retries 2
          timeout resolve 1s
          timeout retry 500ms
          hold valid 2s
          hold nx 1s
          hold obsolete 2s
          hold other 30s
          hold timeout 30s
          hold refused 30s
        """;
  }

  private static String socket(IpAddress address, int port) {
    return (address.isV4() ? address.toString() : "[" + address + "]") + ":" + port;
  }

  /** TLS in which both ends prove who they are. */
  private String mutual() {
    return " ssl crt "
        + directory
        + "/"
        + CERTIFICATE
        + " ca-file "
        + directory
        + "/"
        + AUTHORITIES
        + " verify required";
  }

  private String inbound() {
    String tls = " transparent" + mutual() + PROBED + "\n";
    return "frontend inbound\n"
        + "  bind 127.0.0.1:"
        + MESH_PORT
        + tls
        + "  bind [::1]:"
        + MESH_PORT
        + tls
        + """
          tcp-request session set-var(sess.peer) ssl_c_s_dn(,0,rfc2253)
          tcp-request session set-var(sess.key) dst_port,concat(|,sess.peer)
          tcp-request session reject if { ssl_fc_alpn -m str %s }
          tcp-request session reject unless { var(sess.key) -m str -f %s/%s }
          log-format '%%{+json}o %%(event)[str(in)] %%(peer)[var(sess.peer)] %%(from)ci %%(fromPort)cp %%(port)[dst_port] %%(state)ts %%(curve)[ssl_fc_curve] %%(issuer)[ssl_c_i_dn(,0,rfc2253)]'
          error-log-format '%%{+json}o %%(event)[str(in-refused)] %%(peer)[ssl_c_s_dn(,0,rfc2253)] %%(from)ci %%(fromPort)cp %%(port)[dst_port] %%(reason)[fc_err_str] %%(tls)[ssl_fc_err_str] %%(verify)[ssl_c_err] %%(issuer)[ssl_c_i_dn(,0,rfc2253)] %%(alpn)[ssl_fc_alpn]'
          use_backend agent if { dst_port %d }
          default_backend app
        """
            .formatted(PROBE, directory, ALLOWED, METRICS_PORT);
  }

  /** A listener that asks nobody who he is. */
  private String open(String name, int port, String tls) {
    return """
    frontend %1$s
      bind 127.0.0.1:%2$d transparent%3$s
      bind [::1]:%2$d transparent%3$s
    %8$s  tcp-request session set-var(sess.port) dst_port
      tcp-request session set-var(sess.key) str(%1$s),concat(|,sess.port)
      tcp-request session reject unless { var(sess.key) -m str -f %4$s/%5$s }
      log-format '%%{+json}o %%(event)[str(%1$s)] %%(from)ci %%(fromPort)cp %%(port)[dst_port] %%(state)ts%6$s'
      error-log-format '%%{+json}o %%(event)[str(%1$s-refused)] %%(from)ci %%(fromPort)cp %%(port)[dst_port] %%(reason)[fc_err_str]%7$s'
      use_backend agent if { dst_port %9$d }
      default_backend app-open
    """
        .formatted(
            name,
            port,
            tls,
            directory,
            OPEN,
            tls.isEmpty() ? "" : " %(curve)[ssl_fc_curve]",
            tls.isEmpty() ? "" : " %(tls)[ssl_fc_err_str] %(alpn)[ssl_fc_alpn]",
            tls.isEmpty()
                ? ""
                : "  tcp-request session reject if { ssl_fc_alpn -m str " + PROBE + " }\n",
            METRICS_PORT);
  }

  /**
   * The application, which sees the caller's own address. Each generation has a server of its own,
   * so that its connections can be ended when its grace is over.
   */
  private String toApplication() {
    StringBuilder out =
        new StringBuilder(
            """
            backend app
              timeout connect 2s
              source 0.0.0.0 usesrc clientip
            """);
    for (MeshGeneration generation : generations) {
      line(
          out,
          "  use-server "
              + generation.name()
              + " if { ssl_c_i_dn(,0,rfc2253) -m str '"
              + generation.subject()
              + "' }");
    }
    for (MeshGeneration generation : generations) {
      line(out, "  server " + generation.name() + " 0.0.0.0");
    }
    return out
        + """
        backend app-open
          timeout connect 2s
          source 0.0.0.0 usesrc clientip
          server app 0.0.0.0
        backend agent
          server agent 127.0.0.1:%d
        """
            .formatted(METRICS_PORT);
  }

  private String outbound() {
    return """
    frontend outbound
      bind 127.0.0.1:%d transparent
      tcp-request session set-var(sess.port) dst_port
      tcp-request session set-var(sess.to) dst,concat(:,sess.port)
      log-format '%%{+json}o %%(event)[str(out)] %%(to)[var(sess.to)] %%(want)b %%(server)s %%(from)ci %%(fromPort)cp %%(at)si %%(atPort)sp %%(state)ts %%(code)[bc_err] %%(reason)[bc_err_str] %%(tls)[ssl_bc_err_str] %%(curve)[ssl_bc_curve] %%(issuer)[ssl_s_i_dn(,0,rfc2253)]'
      use_backend %%[var(sess.to),map_str(%s/%s,deny)]
    backend deny
      tcp-request content reject
    """
        .formatted(OUTBOUND_PORT, directory, TARGETS);
  }

  /** Who answers elsewhere than the one it should be is found by a handshake and left out. */
  private String backend(MeshPlan.Target target) {
    StringBuilder out = new StringBuilder("backend " + target.name() + "\n");
    if (nameServers.isEmpty()) {
      line(out, "  tcp-request content reject");
      return out.toString();
    }
    String servers =
        "  server-template s "
            + REPLICAS
            + " "
            + target.host()
            + ":"
            + target.port()
            + " resolvers pod resolve-prefer ipv4 init-addr last,none";
    if (target.isExternal()) {
      line(out, servers);
      return out.toString();
    }
    line(
        out,
        "  default-server check check-ssl check-alpn "
            + PROBE
            + " inter 15s fastinter 2s downinter 3s fall 2 rise 1"
            + " observe layer4 error-limit 1 on-error mark-down");
    line(
        out,
        servers
            + mutual()
            + " verifyhost "
            + target.identity()
            + " sni str("
            + target.identity()
            + ") no-ssl-reuse");
    return out.toString();
  }

  private static void line(StringBuilder out, String text) {
    out.append(text).append('\n');
  }
}
