package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines as HAProxy 3.0.11 wrote them. */
class ProxyLogTest {

  private static ProxyLog.Entry read(String line) {
    return ProxyLog.read(line).orElseThrow();
  }

  @Test
  void readsAConnectionThatCameIn() {
    ProxyLog.Entry entry =
        read(
            "{\"event\": \"in\", \"peer\": \"CN=web,OU=default,O=shop\", \"from\": \"10.0.0.2\","
                + " \"fromPort\": 4000, \"port\": 6379, \"state\": \"--\","
                + " \"curve\": \"X25519MLKEM768\", \"issuer\": \"CN=mesh CA 1,O=shop\"}");
    assertThat(entry.direction()).isEqualTo(MeshEvent.Direction.IN);
    assertThat(entry.code()).isEmpty();
    assertThat(entry.peer()).isEqualTo("web.default.shop.id.cloister.internal");
    assertThat(entry.from()).isEqualTo("10.0.0.2:4000");
    assertThat(entry.detail()).isEqualTo("X25519MLKEM768");
  }

  @Test
  void tellsWhereThePodsOwnApplicationDoesNotListen() {
    ProxyLog.Entry entry =
        read(
            "{\"event\": \"in\", \"peer\": \"CN=web,OU=default,O=shop\", \"from\": \"10.0.0.2\","
                + " \"fromPort\": 4000, \"port\": 6379, \"state\": \"SC\","
                + " \"curve\": \"X25519\", \"issuer\": \"\"}");
    assertThat(entry.code()).isEqualTo("CL-AGT-024");
    assertThat(entry.detail()).isEqualTo("the pod's own application");
  }

  @Test
  void showsASubjectThatIsNoWorkloadsAsItIsAndNothingThatATerminalWouldObey() {
    String strange = "CN=w\\u001b[31m,O=sh\\\"op";
    ProxyLog.Entry entry = read(refused(strange, "Success", "", 0, 6379));
    assertThat(entry.code()).isEqualTo("CL-AGT-019");
    assertThat(entry.peer()).isEqualTo("CN=w?[31m,O=sh\"op");
  }

  private static String refused(String peer, String reason, String tls, int verify, int port) {
    return "{\"event\": \"in-refused\", \"peer\": \""
        + peer
        + "\", \"from\": \"10.0.0.2\", \"fromPort\": 4, \"port\": "
        + port
        + ", \"reason\": \""
        + reason
        + "\", \"tls\": \""
        + tls
        + "\", \"verify\": "
        + verify
        + ", \"issuer\": \"\"}";
  }

  @Test
  void tellsCertificatesFromHandshakes() {
    String failed = "SSL handshake failure";
    assertThat(read(refused("", failed, "error::peer did not return a certificate", 0, 1)).code())
        .isEqualTo("CL-AGT-020");
    assertThat(read(refused("CN=a", "SSL client certificate not trusted", "", 10, 1)).code())
        .isEqualTo("CL-AGT-020");
    assertThat(read(refused("", failed, "error::unsupported protocol", 0, 1)).code())
        .isEqualTo("CL-AGT-021");
  }

  @Test
  void countsNoLookOfAnotherPodsProxyAsARefusal() {
    String peer = "CN=web,OU=default,O=shop";
    String done = refused(peer, "Success", "", 0, 80);
    assertThat(ProxyLog.read(asProbe(done))).isEmpty();
    assertThat(read(done).code()).isEqualTo("CL-AGT-019");
    String gone = refused("", "SSL handshake failure", "", 0, 80);
    assertThat(ProxyLog.read(asProbe(gone))).isEmpty();
    assertThat(read(gone).code()).isEqualTo("CL-AGT-021");
  }

  @Test
  void countsAsRefusedWhoOnlySaysThatHeLooksAndHasNoCertificate() {
    String failed = "SSL handshake failure";
    String nobody = refused("", failed, "error::peer did not return a certificate", 0, 80);
    assertThat(read(asProbe(nobody)).code()).isEqualTo("CL-AGT-020");
    String foreign = refused("CN=a", "SSL client certificate not trusted", "", 10, 80);
    assertThat(read(asProbe(foreign)).code()).isEqualTo("CL-AGT-020");
    String garbage = refused("", failed, "error::unsupported protocol", 0, 80);
    assertThat(read(asProbe(garbage)).code()).isEqualTo("CL-AGT-021");
  }

  private static String asProbe(String line) {
    return line.replace("\"issuer\"", "\"alpn\": \"cloister-probe\", \"issuer\"");
  }

  @Test
  void tellsWhyAContainersCallFailed() {
    assertThat(read(sent("deny", "<NOSRV>", "PR", 0)).code()).isEqualTo("CL-AGT-022");
    assertThat(read(sent("to-1", "s1", "SC", 32)).code()).isEqualTo("CL-AGT-023");
    assertThat(read(sent("to-1", "s1", "SC", 34)).code()).isEqualTo("CL-AGT-023");
    ProxyLog.Entry nobody = read(sent("to-1", "<NOSRV>", "SC", 0));
    assertThat(nobody.code()).isEqualTo("CL-AGT-024");
    assertThat(nobody.address()).isEmpty();
    assertThat(read(sent("to-1", "s1", "--", 0)).address()).isEqualTo("10.0.0.3:6379");
  }

  private static String sent(String want, String server, String state, int code) {
    return "{\"event\": \"out\", \"to\": \"198.18.0.2:6379\", \"want\": \""
        + want
        + "\", \"server\": \""
        + server
        + "\", \"from\": \"10.0.0.2\", \"fromPort\": 5, \"at\": \"10.0.0.3\", \"atPort\": 6379,"
        + " \"state\": \""
        + state
        + "\", \"code\": "
        + code
        + ", \"reason\": \"\", \"tls\": \"\", \"curve\": \"X25519\", \"issuer\": \"\"}";
  }

  @Test
  void takesNothingFromLinesThatAreNotItsOwn() {
    for (String line :
        new String[] {
          "Proxy app stopped (cumulated conns: FE: 0, BE: 0).",
          "{",
          "{\"event\": \"other\"}",
          "{\"event\": 1}",
          "[]",
          ""
        }) {
      assertThat(ProxyLog.read(line)).as(line).isEmpty();
    }
  }
}
