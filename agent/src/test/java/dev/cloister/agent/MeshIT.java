package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.policy.InboundMode;
import dev.cloister.policy.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pods without VMs, in network namespaces: the agent's own rules, the guest's own HAProxy, and
 * everything that others may try. Needs root.
 */
@Timeout(120)
class MeshIT {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final int PORT = 6379;

  private TestLan lan;
  private TestAuthority first;
  private TestPod web;
  private TestPod db;

  @BeforeEach
  void connectTwoPods() throws Exception {
    lan = new TestLan();
    first = new TestAuthority(1);
    db = lan.pod("db");
    web = lan.pod("web");
    db.serve(PORT);
    db.update(new TestGraph("db").letsIn(PORT, "web").by(HOUR, first));
    web.update(new TestGraph("web").calls("db", PORT).by(HOUR, first));
    web.awaitFound(db.address());
  }

  @AfterEach
  void end() throws Exception {
    web.close();
    db.close();
    lan.close();
  }

  private static List<MeshEvent> awaitEvents(TestPod pod, int count) {
    return pod.journal().after(count - 1, 5_000);
  }

  @Test
  void passesADeclaredCallUnderBothIdentities() throws Exception {
    assertThat(web.call("db", PORT)).isEqualTo("from " + web.address() + "\nhello");
    MeshEvent in = awaitEvents(db, 1).getLast();
    assertThat(in.peer()).isEqualTo("web.default.shop.id.cloister.internal");
    assertThat(in.code()).isEmpty();
    assertThat(in.detail()).isEqualTo("X25519MLKEM768");
    MeshEvent out = awaitEvents(web, 1).getLast();
    assertThat(out.peer()).isEqualTo("db.default.shop.id.cloister.internal");
    assertThat(out.address()).isEqualTo(db.address() + ":" + PORT);
    assertThat(out.code()).isEmpty();
  }

  @Test
  void callsPassWhenTheProxyHasLookedWhoAnswersAndNoLookCountsAsRefused() throws Exception {
    web.awaitLooked();
    assertThat(web.call("db", PORT)).isEqualTo("from " + web.address() + "\nhello");
    assertThat(awaitEvents(db, 1)).extracting(MeshEvent::code).containsExactly("");
    assertThat(codes(db)).containsExactly("");
  }

  private static List<String> codes(TestPod pod) {
    return pod.journal().after(0, 0).stream().map(MeshEvent::code).toList();
  }

  private String outside(String host, int port) throws Exception {
    return lan.outside().call(() -> TestPod.exchange(InetAddress.getByName(host), port));
  }

  private String outside(TestCaller caller, TestPod pod, int port) throws Exception {
    return lan.outside().call(() -> caller.call(pod.address(), port));
  }

  private static void assertNothing(String answer) {
    assertThat(answer).doesNotContain("from ");
  }

  /** The latest refusal at the database. */
  private MeshEvent refusedAtDb() {
    List<MeshEvent> events = awaitEvents(db, 1);
    assertThat(events).isNotEmpty();
    return events.getLast();
  }

  @Test
  void refusesACallerThatTheGraphDoesNotName() throws Exception {
    try (TestPod mallory = lan.pod("mallory")) {
      mallory.update(new TestGraph("mallory").calls("db", PORT).by(HOUR, first));
      assertNothing(mallory.call("db", PORT));
      MeshEvent refused = refusedAtDb();
      assertThat(refused.code()).isEqualTo("CL-AGT-019");
      assertThat(refused.peer()).isEqualTo("mallory.default.shop.id.cloister.internal");
      assertThat(refused.port()).isEqualTo(PORT);
    }
  }

  @Test
  void refusesAnotherPortThanTheGraphNamesForTheCaller() throws Exception {
    db.serve(22);
    assertNothing(outside(TestCaller.with(first.of("web")), db, 22));
    assertThat(refusedAtDb().code()).isEqualTo("CL-AGT-019");
  }

  @Test
  void refusesPlainTcpFromOutside() throws Exception {
    assertNothing(outside(db.address(), PORT));
    assertThat(refusedAtDb().code()).isEqualTo("CL-AGT-021");
  }

  @Test
  void refusesClientsWithoutACertificateOrOfTls12Only() throws Exception {
    assertNothing(outside(TestCaller.nameless("TLSv1.3"), db, PORT));
    assertThat(refusedAtDb().code()).isEqualTo("CL-AGT-020");
    assertNothing(outside(TestCaller.nameless("TLSv1.2"), db, PORT));
    assertThat(awaitEvents(db, 2).getLast().code()).isEqualTo("CL-AGT-021");
  }

  @Test
  void refusesForeignAndExpiredCertificates() throws Exception {
    Credentials foreign = new TestAuthority(1).of("web");
    assertNothing(outside(TestCaller.with(foreign), db, PORT));
    assertThat(refusedAtDb().code()).isEqualTo("CL-AGT-020");
    Credentials expired =
        first.of(
            "O=shop,OU=default,CN=web", TestGraph.identity("web").toString(), Duration.ofHours(-1));
    assertNothing(outside(TestCaller.with(expired), db, PORT));
    MeshEvent second = awaitEvents(db, 2).getLast();
    assertThat(second.code()).isEqualTo("CL-AGT-020");
    assertThat(second.peer()).isEqualTo("web.default.shop.id.cloister.internal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "O=shop,OU=default,CN=web,CN=mallory",
        "O=shop,OU=default,CN=mallory,CN=web",
        "CN=web,OU=default,O=shop",
        "O=shop,OU=default,CN=WEB",
        "O=shop,OU=default,CN=web\\,OU=default\\,O=shop",
        "O=shop,OU=default,CN=web/O=shop",
        "O=shop,OU=default,CN=\\ web\\ ",
        "O=shop,OU=other,CN=web",
        "O=other,OU=default,CN=web",
        "OU=default+O=shop,CN=web",
        "C=XX,O=shop,OU=default,CN=web",
        "CN=web"
      })
  void refusesSubjectsThatAreNotExactlyTheCallers(String subject) throws Exception {
    String name = TestGraph.identity("web").toString();
    Credentials odd = first.of(subject, name, Duration.ofHours(1));
    assertNothing(outside(TestCaller.with(odd), db, PORT));
    assertThat(refusedAtDb().code()).isEqualTo("CL-AGT-019");
  }

  @Test
  void leavesOutWhoeverAnswersUnderTheNameOfAnotherAndSaysWhoItWas() throws Exception {
    try (TestPod mallory = lan.pod("mallory")) {
      mallory.serve(PORT);
      mallory.update(new TestGraph("mallory").letsIn(PORT, "web").by(HOUR, first));
      lan.dnsSays("db", mallory.address());
      awaitAddress(mallory.address(), db.address());
      assertNothing(web.call("db", PORT));
      assertThat(codes(mallory)).doesNotContain("");
      MeshEvent refused = awaitRefusal(web, "CL-AGT-023");
      assertThat(refused.peer()).isEqualTo("db.default.shop.id.cloister.internal");
      assertThat(refused.detail()).isEqualTo("found mallory.default.shop.id.cloister.internal");
      assertThat(refused.address()).isEqualTo(mallory.address() + ":" + PORT);
      lan.dnsSays("db", db.address(), mallory.address());
      awaitAddress(db.address(), "none");
      for (int i = 0; i < 6; i++) {
        assertThat(web.call("db", PORT)).startsWith("from ");
      }
    }
  }

  /** Waits until the caller's proxy knows this address, and another one no more. */
  private void awaitAddress(String address, String gone) throws Exception {
    String said = "";
    for (int i = 0; i < 100; i++) {
      said = web.meshProxy().process().socket().askWorker("show servers state");
      if (said.contains(" " + address + " ") && !said.contains(" " + gone + " ")) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError(said + web.meshProxy().process().socket().askWorker("show resolvers"));
  }

  private static MeshEvent awaitRefusal(TestPod pod, String code) {
    for (int i = 0; i < 50; i++) {
      for (MeshEvent event : pod.journal().after(0, 0)) {
        if (event.code().equals(code)) {
          return event;
        }
      }
      pod.journal().after(Long.MAX_VALUE - 1, 100);
    }
    throw new AssertionError("no " + code + " in " + pod.journal().after(0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "198.18.0.2", "169.254.1.1", "10.77.0.1", "itself"})
  void isNotLedAstrayByDnsThatLies(String lie) throws Exception {
    String told = lie.equals("itself") ? web.address() : lie;
    try (ServerSocket stranger =
        lan.outside().call(() -> new ServerSocket(PORT, 8, InetAddress.getByName("10.77.0.1")))) {
      AgentThreads.start("stranger", () -> swallow(stranger));
      lan.dnsSays("db", told);
      awaitAddress(told, db.address());
      assertNothing(web.call("db", PORT));
      Thread.sleep(500);
      assertThat(codes(web)).doesNotContain("").hasSizeLessThan(12);
    }
  }

  private static void swallow(ServerSocket socket) {
    try {
      while (true) {
        socket.accept().close();
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  @Test
  void letsContainersReachNothingThatIsNotDeclared() throws Exception {
    try (ServerSocket stranger =
        lan.outside().call(() -> new ServerSocket(80, 8, InetAddress.getByName("10.77.0.1")))) {
      stranger.setSoTimeout(500);
      assertNothing(web.call(TestLan.GATEWAY, 80));
      assertThatThrownBy(stranger::accept).isInstanceOf(SocketTimeoutException.class);
    }
    assertNothing(web.call(db.address(), PORT));
    assertNothing(web.call("169.254.1.1", ProxyConfiguration.OUTBOUND_PORT));
    assertThatThrownBy(() -> web.containers().call(MeshIT::askDns)).isInstanceOf(IOException.class);
  }

  private static String askDns() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(1_000);
      socket.connect(new InetSocketAddress(TestLan.GATEWAY, 53));
      socket.send(new DatagramPacket(new byte[32], 32));
      socket.receive(new DatagramPacket(new byte[512], 512));
      return "answered";
    }
  }

  @Test
  void refusesAnUndeclaredPortOfADeclaredName() throws Exception {
    assertNothing(web.call("db", 1234));
    assertThat(awaitEvents(web, 1).getLast().code()).isEqualTo("CL-AGT-022");
  }

  @Test
  void opensNothingWhileTheProxyIsDead() throws Exception {
    assertThat(web.call("db", PORT)).startsWith("from ");
    for (TestPod pod : List.of(db, web)) {
      pod.meshProxy().process().stop();
      while (pod.meshProxy().isAlive()) {
        Thread.sleep(10);
      }
      assertThat(pod.mesh().state()).isEqualTo("down");
    }
    assertNothing(outside(db.address(), PORT));
    assertNothing(outside(TestCaller.with(first.of("web")), db, PORT));
    assertNothing(web.call("db", PORT));
    assertNothing(web.call(db.address(), PORT));
  }

  @Test
  void startsTheProxyAgainWhereItDies() throws Exception {
    Proxy process = db.meshProxy().process();
    process.workers().keySet().forEach(MeshIT::kill);
    String answer = "";
    for (int i = 0; i < 100 && !answer.startsWith("from "); i++) {
      Thread.sleep(100);
      answer = web.call("db", PORT);
    }
    assertThat(answer).startsWith("from " + web.address());
    assertThat(process.starts()).isEqualTo(2);
  }

  private static void kill(int pid) {
    Kernel.kill(pid, 9);
  }

  @Test
  void swapsTheCertificateAndReloadsTheGraphUnderAConnection() throws Exception {
    try (Socket kept = web.connect("db", PORT)) {
      assertThat(line(kept)).isEqualTo("from " + web.address());
      db.update(new TestGraph("db").letsIn(PORT, "web").by(HOUR, first));
      assertThat(said(kept, "swapped")).isEqualTo("swapped");
      db.update(new TestGraph("db").letsIn(PORT, "web", "more").by(HOUR, first));
      web.update(new TestGraph("web").calls("db", PORT).calls("more", 80).by(HOUR, first));
      assertThat(said(kept, "reloaded")).isEqualTo("reloaded");
      assertThat(db.meshProxy().process().starts()).isEqualTo(1);
      assertThat(web.call("db", PORT)).startsWith("from ");
      assertThat(web.hosts()).contains("\tmore.default.svc.cluster.local");
    }
  }

  private static String line(Socket socket) throws IOException {
    StringBuilder out = new StringBuilder();
    int c = socket.getInputStream().read();
    while (c >= 0 && c != '\n') {
      out.append((char) c);
      c = socket.getInputStream().read();
    }
    return out.toString();
  }

  private static String said(Socket socket, String text) throws IOException {
    socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    return line(socket);
  }

  @Test
  void endsWhatAGenerationStoodForWhenItsGraceIsOver() throws Exception {
    TestAuthority second = new TestAuthority(2);
    TestCaller old = TestCaller.with(first.of("web"));
    Duration grace = Duration.ofSeconds(3);
    try (Socket kept = web.connect("db", PORT)) {
      assertThat(line(kept)).startsWith("from ");
      db.update(new TestGraph("db").letsIn(PORT, "web").by(grace, second, first));
      assertThat(outside(old, db, PORT)).startsWith("from ");
      assertThat(said(kept, "within")).isEqualTo("within");
      web.update(new TestGraph("web").calls("db", PORT).by(HOUR, second, first));
      try (Socket renewed = web.connect("db", PORT)) {
        assertThat(line(renewed)).startsWith("from ");
        Thread.sleep(4_000);
        assertThatThrownBy(() -> requireOpen(said(kept, "after")))
            .isInstanceOfAny(IOException.class, IllegalStateException.class);
        assertThat(said(renewed, "still")).isEqualTo("still");
      }
      assertNothing(outside(old, db, PORT));
      assertThat(awaitRefusal(db, "CL-AGT-020").port()).isEqualTo(PORT);
    }
  }

  private static void requireOpen(String answer) {
    if (answer.isEmpty()) {
      throw new IllegalStateException("the connection has ended");
    }
  }

  @Test
  void endsWhatContainersHadWithAGenerationWhoseGraceIsOver() throws Exception {
    TestAuthority second = new TestAuthority(2);
    try (Socket kept = web.connect("db", PORT)) {
      assertThat(line(kept)).startsWith("from ");
      web.update(new TestGraph("web").calls("db", PORT).by(Duration.ofSeconds(1), second, first));
      assertThat(said(kept, "within")).isEqualTo("within");
      Thread.sleep(2_000);
      assertThatThrownBy(() -> requireOpen(said(kept, "after")))
          .isInstanceOfAny(IOException.class, IllegalStateException.class);
    }
  }

  @Test
  void keepsWhatWasInForceWhereTheProxyRefusesTheNext() throws Exception {
    db.update(new TestGraph("db").letsIn(PORT, "web").reaches("no host", 1).by(HOUR, first));
    assertThat(db.mesh().state()).isEqualTo("failing");
    assertThat(db.mesh().reason()).contains("CL-AGT-018");
    assertThat(web.call("db", PORT)).startsWith("from ");
    db.update(new TestGraph("db").letsIn(PORT, "web").by(HOUR, first));
    assertThat(db.mesh().state()).isEqualTo("up");
    assertThat(web.call("db", PORT)).startsWith("from ");
  }

  @Test
  void opensDeclaredPortsToEverybodyWithItsOwnCertificateOrWithoutAny() throws Exception {
    db.serve(443);
    db.serve(80);
    db.update(
        new TestGraph("db")
            .letsIn(PORT, "web")
            .opens(443, Protocol.TCP, InboundMode.PUBLIC)
            .opens(80, Protocol.TCP, InboundMode.PLAIN)
            .by(HOUR, first));
    assertThat(outside(TestCaller.nameless("TLSv1.3"), db, 443))
        .isEqualTo("from " + TestLan.GATEWAY + "\nhello");
    assertThat(outside(db.address(), 80)).isEqualTo("from " + TestLan.GATEWAY + "\nhello");
    assertNothing(outside(TestCaller.nameless("TLSv1.2"), db, 443));
    assertNothing(outside(db.address(), 443));
    assertNothing(outside(db.address(), PORT));
  }

  @Test
  void reachesDeclaredHostsOutsideTheDeploymentOnly() throws Exception {
    lan.dnsSaysOf("api.example.com", TestLan.GATEWAY);
    web.update(
        new TestGraph("web").calls("db", PORT).reaches("api.example.com", 8443).by(HOUR, first));
    try (ServerSocket host =
        lan.outside()
            .call(() -> new ServerSocket(8443, 8, InetAddress.getByName(TestLan.GATEWAY)))) {
      AgentThreads.start("api", () -> TestPod.serve(host));
      awaitAddress(TestLan.GATEWAY, "none");
      assertThat(web.call("api.example.com", 8443)).isEqualTo("from " + web.address() + "\nhello");
    }
    assertThat(awaitEvents(web, 1).getLast().peer()).isEqualTo("api.example.com");
    assertThat(web.call("db", PORT)).startsWith("from ");
  }

  @Test
  void livesThroughGarbageFragmentsAndHalfOpenFloods() throws Exception {
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      open.add(lan.outside().call(() -> new Socket(db.address(), PORT)));
    }
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[400];
      new Random(i).nextBytes(garbage);
      garbage[0] = (byte) (i % 2 == 0 ? 0x16 : i);
      try (Socket socket = lan.outside().call(() -> new Socket(db.address(), PORT))) {
        for (int at = 0; at < 40; at++) {
          socket.getOutputStream().write(garbage[at]);
        }
        socket.getOutputStream().write(garbage);
      } catch (IOException _) {
        // It was closed before all of it was sent.
      }
    }
    assertThat(web.call("db", PORT)).startsWith("from ");
    for (Socket socket : open) {
      socket.close();
    }
    assertThat(db.meshProxy().process().starts()).isEqualTo(1);
    assertThat(db.meshProxy().isAlive()).isTrue();
    assertThat(codes(db)).contains("CL-AGT-021");
  }
}
