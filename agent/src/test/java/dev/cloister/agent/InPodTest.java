package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReportData;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.SpeaksAs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a container finds at /run/cloister, asked with curl over the real socket. */
@Timeout(60)
class InPodTest {

  private static final Bytes INITDATA = Bytes.ofUtf8("{\"policy.json\":\"...\"}");
  private static final String HTTP_STATUS = "\n%{http_code}";

  @TempDir private Path root;
  private final Map<String, Long> groups = new ConcurrentHashMap<>();
  private final Membership membership = new Membership(true);
  private FakeTsm tsm;
  private TsmEvidence evidence;
  private final List<InPod> opened = new ArrayList<>();

  @BeforeEach
  void makeMachine() throws Exception {
    tsm = new FakeTsm(root.resolve("reports"));
    evidence = new TsmEvidence(root.resolve("reports").toString());
  }

  @AfterEach
  void close() {
    opened.forEach(InPod::close);
  }

  private InPod open(SpeaksAs speaksAs) {
    ContainerPolicy container = TestContainers.container("web", speaksAs, 101, 102);
    InPod inPod =
        InPod.open(
            root.toString(),
            container,
            this::own,
            new InPodApi(container, evidence, INITDATA, membership));
    membership.add(credentials -> inPod.put(credentials));
    opened.add(inPod);
    return inPod;
  }

  private void own(String path, long group, int mode) {
    groups.put(path, group);
    Set<PosixFilePermission> permissions = new HashSet<>();
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int bit = 0; bit < 9; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        permissions.add(all[bit]);
      }
    }
    try {
      Files.setPosixFilePermissions(Path.of(path), permissions);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path seen(String name) {
    return Path.of(InPod.directory(root.toString()), name);
  }

  /** Status and body. */
  private record Answer(int status, String body) {
    JsonFields json() {
      return JsonFields.of(JsonParser.parse(Bytes.ofUtf8(body), JsonBudget.DOCUMENT), "");
    }

    String code() {
      return json().string("code");
    }
  }

  private Answer curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("curl", "-s", "--max-time", "20", "-w", HTTP_STATUS, "--unix-socket"));
    command.add(seen(InPod.SOCKET).toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(all).isZero();
    int at = all.lastIndexOf('\n');
    return new Answer(Integer.parseInt(all.substring(at + 1)), all.substring(0, at));
  }

  private Answer post(String path, String body) throws Exception {
    return curl("-d", body, "http://localhost" + path);
  }

  private static String data(int size) {
    return "{\"data\":\"" + Bytes.zeros(size).toBase64() + "\"}";
  }

  private static Credentials credentials(String mark, String secret) {
    return new Credentials(
        "web.prod.shop.id.cloister.internal",
        Bytes.ofUtf8("certificate " + mark),
        Secret.takeFrom(("key " + mark).getBytes(StandardCharsets.UTF_8)),
        Bytes.ofUtf8("authorities " + mark),
        Secret.takeFrom(secret.getBytes(StandardCharsets.UTF_8)),
        new Head(3, Bytes.ofUtf8("head").sha256()),
        1_800_000_000_000L,
        3_600_000);
  }

  private static final Membership.Timing TIMING = new Membership.Timing(1, 2, 3, 4);

  @Test
  void givesAWorkloadEvidenceOfItsNameAndItsData() throws Exception {
    InPod _ = open(SpeaksAs.WORKLOAD);
    tsm.answer(reportData -> reportData, 1);
    JsonFields answer = post("/v1/attest", data(64)).json();
    Bytes what = InPodApi.workloadWhat("web", Bytes.zeros(64));
    assertThat(Bytes.ofBase64(answer.string("report")))
        .isEqualTo(ReportData.of(EvidenceKind.WORKLOAD, what));
    assertThat(answer.string("type")).isEqualTo("snp");
    assertThat(Bytes.ofBase64(answer.string("certificates"))).isEqualTo(Bytes.ofHex("0707"));
    assertThat(Bytes.ofBase64(answer.string("initdata"))).isEqualTo(INITDATA);
    answer.end();
  }

  @Test
  void givesTheCoordinatorsContainerEvidenceThatSpeaksForTheCoordinator() throws Exception {
    InPod _ = open(SpeaksAs.COORDINATOR);
    tsm.answer(reportData -> reportData, 1);
    Bytes what = Bytes.ofUtf8("a session");
    JsonFields answer = post("/v1/evidence", "{\"what\":\"" + what.toBase64() + "\"}").json();
    assertThat(Bytes.ofBase64(answer.string("report")))
        .isEqualTo(ReportData.of(EvidenceKind.COORDINATOR, what));
  }

  @Test
  void neverLetsAWorkloadSpeakForTheCoordinator() throws Exception {
    InPod _ = open(SpeaksAs.WORKLOAD);
    Answer answer = post("/v1/evidence", "{\"what\":\"AAAA\"}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("CL-AGT-013");
    assertThat(Files.size(tsm.entry().resolve("inblob"))).isZero();
  }

  @Test
  void refusesRequestsThatItDoesNotKnowWhole() throws Exception {
    InPod _ = open(SpeaksAs.COORDINATOR);
    assertThat(post("/v1/attest", data(63)).code()).isEqualTo("CL-AGT-005");
    assertThat(post("/v1/attest", data(65)).code()).isEqualTo("CL-AGT-005");
    assertThat(post("/v1/attest", "{\"what\":\"AAAA\"}").status()).isEqualTo(400);
    assertThat(post("/v1/attest", "{\"data\":\"AAAA\",\"kind\":\"agent\"}").status())
        .isEqualTo(400);
    assertThat(post("/v1/attest", "[]").status()).isEqualTo(400);
    assertThat(post("/v1/evidence", "{\"what\":\"\"}").code()).isEqualTo("CL-AGT-005");
    assertThat(post("/v1/evidence", "{\"what\":\"" + Bytes.zeros(1025).toBase64() + "\"}").code())
        .isEqualTo("CL-AGT-005");
    assertThat(post("/v1/attest", "x".repeat(5000)).code()).isEqualTo("CL-RPC-018");
    assertThat(post("/v1/secret", "{}").code()).isEqualTo("CL-RPC-017");
    assertThat(curl("http://localhost/v1/attest").code()).isEqualTo("CL-RPC-017");
    assertThat(curl("http://localhost/v1/identity?all=1").code()).isEqualTo("CL-RPC-016");
    assertThat(curl("http://localhost/v2/identity").code()).isEqualTo("CL-RPC-017");
    assertThat(Files.size(tsm.entry().resolve("inblob"))).isZero();
  }

  @Test
  void tellsIdentityAndSecretOnceThePodHasJoined() throws Exception {
    InPod _ = open(SpeaksAs.WORKLOAD);
    assertThat(curl("http://localhost/v1/identity").code()).isEqualTo("CL-AGT-011");
    assertThat(curl("http://localhost/v1/secret").code()).isEqualTo("CL-AGT-011");
    membership.joined(credentials("1", "s3cret"), TIMING);
    JsonFields identity = curl("http://localhost/v1/identity").json();
    assertThat(identity.string("identity")).isEqualTo("web.prod.shop.id.cloister.internal");
    assertThat(identity.integer("notAfterMillis", 0, Long.MAX_VALUE)).isEqualTo(1_800_000_000_000L);
    JsonFields head = identity.object("head");
    assertThat(head.integer("number", 0, 10)).isEqualTo(3);
    assertThat(head.string("digest")).hasSize(64);
    assertThat(curl("http://localhost/v1/secret").body()).isEqualTo("s3cret");
    membership.joined(credentials("2", ""), TIMING);
    Answer none = curl("http://localhost/v1/secret");
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.code()).isEqualTo("CL-AGT-012");
  }

  @Test
  void ownsEverythingByRootAndTheContainersGroup() throws Exception {
    InPod inPod = open(SpeaksAs.WORKLOAD);
    inPod.put("deployment.json", Bytes.ofUtf8("{}"));
    membership.joined(credentials("1", "s"), TIMING);
    assertThat(groups.values()).containsOnly(102L);
    assertThat(mode("")).isEqualTo("rwxr-x---");
    assertThat(mode(InPod.SOCKET)).isEqualTo("rw-rw----");
    assertThat(mode("deployment.json")).isEqualTo("rw-r--r--");
    assertThat(mode("tls/tls.crt")).isEqualTo("rw-r--r--");
    assertThat(mode("tls/ca.crt")).isEqualTo("rw-r--r--");
    assertThat(mode("tls/tls.key")).isEqualTo("rw-r-----");
  }

  private String mode(String name) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(seen(name)));
  }

  @Test
  void changesCertificateKeyAndAuthoritiesTogether() throws Exception {
    InPod _ = open(SpeaksAs.WORKLOAD);
    membership.joined(credentials("0", "s"), TIMING);
    AtomicBoolean done = new AtomicBoolean();
    List<String> torn = new ArrayList<>();
    Thread reader =
        AgentThreads.start(
            "reader",
            () -> {
              while (!done.get()) {
                look(torn);
              }
            });
    for (int i = 1; i < 200; i++) {
      membership.joined(credentials(Integer.toString(i), "s"), TIMING);
    }
    done.set(true);
    reader.join();
    assertThat(torn).isEmpty();
    assertThat(Files.readString(seen("tls/tls.key"))).isEqualTo("key 199");
    try (var files = Files.list(seen(""))) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith(".tls-")))
          .hasSize(2);
    }
  }

  /** As a careful reader does it: looks once where the link leads. */
  private void look(List<String> torn) {
    try {
      Path at = seen("tls").resolveSibling(Files.readSymbolicLink(seen("tls")));
      String key = Files.readString(at.resolve("tls.key"));
      String certificate = Files.readString(at.resolve("tls.crt"));
      if (!certificate.equals("certificate " + key.substring("key ".length()))) {
        torn.add(key + "/" + certificate);
      }
    } catch (java.nio.file.NoSuchFileException _) {
      // Two renewals came while this looked once; a reader looks again.
    } catch (java.io.IOException e) {
      torn.add(e.toString());
    }
  }

  @Test
  void doesNotFollowWhatAContainerCouldHavePutInTheWay() throws Exception {
    InPod inPod = open(SpeaksAs.WORKLOAD);
    Path victim = Files.writeString(root.resolve("victim"), "untouched");
    Files.createSymbolicLink(seen("deployment.json"), victim);
    Files.createSymbolicLink(seen("tls"), victim);
    inPod.put("deployment.json", Bytes.ofUtf8("{}"));
    membership.joined(credentials("1", "s"), TIMING);
    assertThat(Files.readString(victim)).isEqualTo("untouched");
    assertThat(Files.readString(seen("deployment.json"))).isEqualTo("{}");
    assertThat(Files.readString(seen("tls/tls.crt"))).isEqualTo("certificate 1");
  }

  @Test
  void writesPemThatOthersRead() throws Exception {
    var pair = java.security.KeyPairGenerator.getInstance("EC").generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    Path file = root.resolve("key.pem");
    try (Secret pem = Credentials.privateKey(pkcs8)) {
      Files.write(file, pem.expose(dev.cloister.encoding.SecretAccess.INSTANCE));
    }
    assertThat(pkcs8).containsOnly(0);
    Process openssl =
        new ProcessBuilder("openssl", "pkey", "-in", file.toString(), "-noout").start();
    assertThat(openssl.waitFor()).isZero();
    assertThat(Credentials.certificates(List.of(Bytes.zeros(100))).toUtf8().lines())
        .allMatch(line -> line.length() <= 64)
        .first()
        .isEqualTo("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void neverShowsASecret() {
    assertThat(credentials("1", "s3cret").toString()).doesNotContain("s3cret", "key 1");
  }
}
