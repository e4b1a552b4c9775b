package dev.cloister.client;

import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.Shop.Chronicle;
import dev.cloister.encoding.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What this module reads from outside, with valid inputs, for bench/fuzz. */
public final class FuzzDecoders {

  private static final Bytes NONCE = Bytes.zeros(AttestDocument.NONCE_SIZE);
  private static final Chronicle CHRONICLE = Chronicle.begin();

  private FuzzDecoders() {}

  /** The decoders by name. */
  public static Map<String, Consumer<Bytes>> decoders() {
    return Map.of(
        "attest",
        FuzzDecoders::attest,
        "attest-request",
        AttestDocument::parseRequest,
        "authority",
        Authorities::root,
        "target",
        input -> Target.parse(input.toUtf8(), CoordinatorAddress.CHANNEL_PORT));
  }

  /** Valid inputs of each decoder. */
  public static Map<String, List<Bytes>> seeds() {
    return Map.of(
        "attest",
        List.of(answer()),
        "attest-request",
        List.of(AttestDocument.request(NONCE)),
        "authority",
        List.of(Shop.ROOT.der()),
        "target",
        List.of(
            Bytes.ofUtf8(Shop.SHOP.pin() + "@203.0.113.7"),
            Bytes.ofUtf8(Shop.SHOP.pin() + "@[2001:db8::1]:7443")));
  }

  private static Bytes answer() {
    CoordinatorState state = CHRONICLE.state();
    EvidenceBatcher.Batched batched =
        new EvidenceBatcher(Shop.attester(Shop.COORDINATOR), Duration.ZERO, 1)
            .evidence(AttestDocument.leaf(NONCE, state));
    return new AttestDocument(state, CHRONICLE.entries(), batched.path(), batched.evidence())
        .document();
  }

  /** What is read and verified is what the genuine answer says. */
  private static void attest(Bytes input) {
    AttestDocument answer = AttestDocument.parse(input);
    VerifiedCoordinator verified = new AttestVerifier(Shop.trust()).verify(NONCE, answer);
    if (!verified.history().head().equals(CHRONICLE.head())
        || !Authorities.keyDigest(verified.rootCertificate()).equals(Shop.ROOT.keyDigest())) {
      throw new AssertionError("verified what nobody signed");
    }
  }
}
