package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The files for HAProxy, against one that was read line by line. */
class ProxyConfigurationTest {

  private static final List<IpAddress> DNS = List.of(IpAddress.parse("10.0.0.1"));

  private final MeshAddresses addresses = new MeshAddresses();

  private Map<String, String> files(TestGraph graph, List<IpAddress> nameServers) throws Exception {
    MeshPlan plan = MeshPlan.of(graph.build(), addresses, "cluster.local");
    MeshGeneration made = new TestAuthority(7).generation();
    MeshGeneration generation =
        new MeshGeneration(Bytes.ofUtf8("fixed"), made.x509(), made.subject());
    return new ProxyConfiguration(plan, List.of(generation), nameServers, "/mesh", "/mesh/3")
        .files();
  }

  private static String golden() throws IOException {
    try (InputStream in = ProxyConfigurationTest.class.getResourceAsStream("haproxy.cfg")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void writesTheConfigurationThatWasReadLineByLine() throws Exception {
    TestGraph graph =
        new TestGraph("web")
            .letsIn(8080, "front")
            .calls("db", 6379)
            .reaches("api.example.com", 443);
    assertThat(files(graph, DNS).get(ProxyConfiguration.CONFIGURATION)).isEqualTo(golden());
  }

  @Test
  void writesTheListsByPort() throws Exception {
    Map<String, String> files =
        files(
            new TestGraph("web")
                .letsIn(8080, "front", "back")
                .letsIn(9090)
                .opens(443, Protocol.TCP, InboundMode.PUBLIC)
                .opens(80, Protocol.TCP, InboundMode.PLAIN)
                .opens(53, Protocol.UDP, InboundMode.PLAIN)
                .calls("db", 6379),
            DNS);
    assertThat(files.get(ProxyConfiguration.ALLOWED))
        .isEqualTo("8080|CN=front,OU=default,O=shop\n8080|CN=back,OU=default,O=shop\n");
    assertThat(files.get(ProxyConfiguration.OPEN)).isEqualTo("public|443\nplain|80\n");
    assertThat(files.get(ProxyConfiguration.TARGETS)).startsWith("198.18.0.2:6379 to-");
  }

  @Test
  void connectsToNobodyWhereTheHostNamesNoNameServer() throws Exception {
    String text =
        files(new TestGraph("web").calls("db", 6379), List.of())
            .get(ProxyConfiguration.CONFIGURATION);
    assertThat(text).doesNotContain("server-template", "nameserver");
  }

  @Test
  void takesNoSubjectOfACaThatSaysMoreThanAName() throws Exception {
    MeshGeneration made = new TestAuthority(7).generation();
    for (String subject : new String[] {"", "CN=a'b", "CN=a\nb", "CN=" + "a".repeat(300)}) {
      assertThatThrownBy(() -> new MeshGeneration(Bytes.EMPTY, made.x509(), subject))
          .isInstanceOf(CloisterException.class)
          .hasMessageContaining("CL-AGT-015");
    }
  }
}
