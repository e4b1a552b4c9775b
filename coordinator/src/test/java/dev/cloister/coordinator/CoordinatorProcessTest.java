package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.AttestDocument;
import dev.cloister.client.AttestVerifier;
import dev.cloister.client.ClientLimits;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorClient;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.FirstCoordinator;
import dev.cloister.client.Trust;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Transition;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process, between an agent, a node and clients on real sockets. */
class CoordinatorProcessTest {

  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path run;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  private CoordinatorProcess start() throws InterruptedException {
    PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8);
    return CoordinatorProcess.start(run, ANY, ANY, new EventLog(out, InstantSource.system()));
  }

  private static Trust trust() {
    return Trust.of(Shop.SHOP.pin(), InstantSource.system()).allowingSimulated();
  }

  static CoordinatorAddress address(InetSocketAddress at) {
    return new CoordinatorAddress(at.getAddress().getHostAddress(), at.getPort());
  }

  /** What an owner does first. */
  static void begin(CoordinatorAddress channel) {
    CoordinatorClient client = new CoordinatorClient(trust(), ClientLimits.STANDARD, Shop.RANDOM);
    Manifest manifest = Shop.first();
    try (CoordinatorLink link = client.own(channel)) {
      FirstCoordinator first = link.verifyFirst(manifest);
      Transition transition =
          Transition.first(manifest, "begin", Shop.EXPIRES, first.rootKeyDigest());
      HistoryEntry entry = Shop.signed(transition, manifest, Shop.twoOfEach());
      Running.calls(link)
          .setTransition(
              new SetTransitionRequest(
                  entry.transition().document(), entry.manifest(), 0, Head.NONE.digest()));
    }
    try (CoordinatorLink link = client.verify(channel)) {
      link.verify();
    }
  }

  @Test
  void servesChannelAndHttpsWithTheAgentsEvidenceAndTheNodesStore() throws Exception {
    FileStore store = new FileStore(run.resolve("kept"));
    try (PodFiles _ = new PodFiles(run, store);
        CoordinatorProcess process = start()) {
      begin(address(process.channelAddress()));
      Bytes nonce = Bytes.zeros(AttestDocument.NONCE_SIZE);
      String answer = HttpsPort.attest(process.httpsAddress(), nonce);
      assertThat(
              new AttestVerifier(trust())
                  .verify(nonce, AttestDocument.parse(HttpsPort.body(answer)))
                  .history()
                  .head()
                  .number())
          .isEqualTo(1);
      assertThat(store.read("head")).isPresent();
      assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"event\":\"transition\"");
    }
    Files.delete(run.resolve("api.sock"));
    try (PodFiles _ = new PodFiles(run, store);
        CoordinatorProcess _ = start()) {
      assertThat(log.toString(StandardCharsets.UTF_8)).contains("recovering");
    }
  }

  @Test
  void rehearsesAChannelWithRealEvidenceAndGoesOnWhereItHasNone() throws Exception {
    try (PodFiles _ = new PodFiles(run, new FileStore(run.resolve("kept")));
        CoordinatorProcess process = start()) {
      process.rehearse();
      assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"event\":\"rehearsed\"");
      Files.delete(run.resolve("api.sock"));
      process.rehearse();
      assertThat(log.toString(StandardCharsets.UTF_8)).contains("rehearsal failed");
    }
  }

  @Test
  void saysWhichFileIsMissingOrWrong() throws Exception {
    try (PodFiles files = new PodFiles(run, new FileStore(run.resolve("kept")))) {
      files.write("store", Bytes.ofUtf8("http://node:7445\n"));
      assertRefused(CoordinatorError.BAD_START, "store", this::start);
      files.write("store", Bytes.ofUtf8("x".repeat(300)));
      assertRefused(CoordinatorError.BAD_START, "longer than", this::start);
      Files.delete(run.resolve("store"));
      assertRefused(CoordinatorError.BAD_START, "store", this::start);
      files.write("deployment.json", Shop.deployment("other").document());
      assertRefused(CoordinatorError.BAD_START, "deployment.json", this::start);
    }
  }
}
