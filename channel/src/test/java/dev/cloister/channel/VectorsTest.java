package dev.cloister.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReportData;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The vectors of docs/channel-vectors.json: what fixed randomness gives is what is written. */
class VectorsTest {

  private static final Path FILE = Path.of("..", "docs", "channel-vectors.json");
  private static final List<String> DRAWN =
      List.of("nonceInitiator", "kemD", "kemZ", "nonceResponder", "kemMessage");

  /** Gives SHA-256 of the names of what is drawn, in their order. */
  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private int next;

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(drawn(DRAWN.get(next++)).toArray(), 0, target, 0, 32);
    }
  }

  private static Bytes drawn(String name) {
    return Bytes.ofUtf8(name).sha256();
  }

  private static Attester attester(EvidenceKind kind, String initdata) {
    return what ->
        new Evidence("vector", ReportData.of(kind, what), Bytes.EMPTY, Bytes.ofUtf8(initdata));
  }

  private static final PeerCheck CHECK =
      (kind, what, evidence) -> {
        assertThat(evidence.report()).isEqualTo(ReportData.of(kind, what));
        return new PeerIdentity.Proven(kind, "vector", what, evidence);
      };

  private static String hex(Secret secret) {
    return Bytes.of(secret.expose(SecretAccess.INSTANCE)).toHex();
  }

  @Test
  void theExchangeGivesTheWrittenVectors() throws IOException {
    String made = JsonWriter.pretty(vectors());
    if (System.getenv("CLOISTER_WRITE_DOCS") != null) {
      Files.writeString(FILE, made);
    }
    assertThat(Files.readString(FILE)).isEqualTo(made);
  }

  private static Json vectors() throws IOException {
    return Json.object().put("exchange", exchange()).put("batch", batch()).build();
  }

  private static Json batch() {
    List<Bytes> leaves = List.of(drawn("leaf 0"), drawn("leaf 1"), drawn("leaf 2"));
    List<MerklePath> paths = MerklePath.pathsOf(leaves);
    Json.ObjectBuilder batch = Json.object();
    for (int i = 0; i < leaves.size(); i++) {
      batch
          .put("leaf" + i, leaves.get(i).toHex())
          .put("siblings" + i, Bytes.concat(paths.get(i).siblings().toArray(new Bytes[0])).toHex());
      assertThat(paths.get(i).what(leaves.get(i))).isEqualTo(paths.get(0).what(leaves.get(0)));
    }
    return batch.put("what", paths.get(0).what(leaves.get(0)).toHex()).build();
  }

  private static Json exchange() throws IOException {
    SecureRandom random = new Fixed();
    SessionBinding session = Duel.session("vector");
    Head head = new Head(7, drawn("transition 7"));
    ByteArrayOutputStream fromInitiator = new ByteArrayOutputStream();
    ByteArrayOutputStream fromResponder = new ByteArrayOutputStream();
    InitiatorExchange initiator =
        new InitiatorExchange(
            new InitiatorExchange.Terms(
                drawn("pin"),
                Purpose.JOIN,
                Head.NONE,
                CHECK,
                attester(EvidenceKind.AGENT, "{\"agent\":1}"),
                random),
            session,
            new FrameLink(InputStream.nullInputStream(), fromInitiator));
    ResponderExchange responder =
        new ResponderExchange(
            new ResponderExchange.Terms(
                new Responder.Service(
                    Set.of(new DeploymentPin(drawn("pin"))),
                    Map.of(Purpose.JOIN, CHECK),
                    () -> head),
                new EvidenceBatcher(
                    attester(EvidenceKind.COORDINATOR, "{\"coordinator\":1}"), Duration.ZERO, 1),
                random,
                Duration.ofSeconds(1)),
            session,
            new FrameLink(InputStream.nullInputStream(), fromResponder));
    initiator.start();
    Frame hello = Duel.frames(fromInitiator.toByteArray()).get(0);
    responder.accept(hello);
    List<Frame> answers = Duel.frames(fromResponder.toByteArray());
    initiator.accept(answers.get(0));
    initiator.accept(answers.get(1));
    List<Frame> proofs = Duel.frames(fromInitiator.toByteArray());
    responder.accept(proofs.get(1));
    Round atResponder = responder.accept(proofs.get(2)).orElseThrow();
    Frame finished = Duel.frames(fromResponder.toByteArray()).get(2);
    Round atInitiator = initiator.accept(finished).orElseThrow();
    assertThat(atInitiator.digest()).isEqualTo(atResponder.digest());

    Bytes leaf =
        session.responderLeaf(
            Purpose.JOIN, SessionBinding.messages(hello.body(), answers.get(0).body()), head);
    Bytes ciphertext = ProofMessage.decode(proofs.get(1).body()).ciphertext();
    Bytes initiatorWhat =
        session.initiatorWhat(
            Purpose.JOIN,
            SessionBinding.messages(hello.body(), answers.get(0).body(), answers.get(1).body()),
            ciphertext);
    Json.ObjectBuilder json = Json.object();
    DRAWN.forEach(name -> json.put(name, drawn(name).toHex()));
    Secret secret = Secret.takeFrom(Bytes.ofUtf8("a secret").toArray());
    Bytes wrapped = new Wrapping(false, atResponder).wrap("workload-secret/db", secret);
    RoundKeys keys = atInitiator.keys();
    return json.put("pin", drawn("pin").toHex())
        .put("purpose", Purpose.JOIN.text())
        .put("exporter", hex(session.exporter()))
        .put("initiatorKey", session.initiatorKey().toHex())
        .put("responderKey", session.responderKey().toHex())
        .put("message1", hello.body().toHex())
        .put("message2", answers.get(0).body().toHex())
        .put("leaf", leaf.toHex())
        .put("responderWhat", ((PeerIdentity.Proven) atInitiator.peer()).what().toHex())
        .put("message3", answers.get(1).body().toHex())
        .put("initiatorWhat", initiatorWhat.toHex())
        .put("message4", proofs.get(1).body().toHex())
        .put("messagesDigest", atInitiator.digest().toHex())
        .put("keyFinishedInitiator", hex(keys.finishedInitiator()))
        .put("keyFinishedResponder", hex(keys.finishedResponder()))
        .put("keyWrapInitiator", hex(keys.wrapInitiator()))
        .put("keyWrapResponder", hex(keys.wrapResponder()))
        .put("message5Initiator", proofs.get(2).body().toHex())
        .put("message5Responder", finished.body().toHex())
        .put("wrapLabel", "workload-secret/db")
        .put("wrapSecret", Bytes.ofUtf8("a secret").toHex())
        .put("wrapped", wrapped.toHex())
        .build();
  }
}
