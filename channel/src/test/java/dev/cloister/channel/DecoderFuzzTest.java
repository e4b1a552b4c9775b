package dev.cloister.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Seeded random changes of every message: a decoder refuses with a code, or what it read is written
 * back byte for byte; and no change of any message of an exchange goes unnoticed.
 */
class DecoderFuzzTest {

  private static final int ROUNDS = 20_000;

  private static final Evidence EVIDENCE =
      new Evidence(
          "snp", Bytes.ofUtf8("a report"), Bytes.ofUtf8("certificates"), Bytes.ofUtf8("{}"));

  /** A few changes: bits, lengths, cuts, repeats, insertions. */
  static Bytes mutate(Bytes source, Random random) {
    byte[] bytes = source.toArray();
    for (int change = random.nextInt(3); change >= 0 && bytes.length > 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Bytes.of(bytes).slice(0, at).toArray();
        case 3 -> {
          Bytes whole = Bytes.of(bytes);
          bytes = Bytes.concat(whole.slice(0, at), whole.slice(at / 2, bytes.length)).toArray();
        }
        default -> {
          for (int i = at & ~7; i < Math.min(bytes.length, (at & ~7) + 8); i++) {
            bytes[i] = (byte) (random.nextBoolean() ? 0xff : 0);
          }
        }
      }
    }
    return Bytes.of(bytes);
  }

  private static void fuzz(Bytes seed, Function<Bytes, Bytes> decodeAndEncode) {
    assertThat(decodeAndEncode.apply(seed)).isEqualTo(seed);
    Random random = new Random(42);
    for (int i = 0; i < ROUNDS; i++) {
      Bytes mutated = mutate(seed, random);
      try {
        assertThat(decodeAndEncode.apply(mutated)).isEqualTo(mutated);
      } catch (CloisterException e) {
        assertThat(e.code()).isInstanceOf(ChannelError.class);
        assertThat(e.where()).isNotEmpty();
      }
    }
  }

  @Test
  void hello() {
    Bytes nonce = Bytes.ofUtf8("nonce").sha256();
    fuzz(
        new HelloMessage(1, Bytes.zeros(32), nonce, "join", "coordinator", nonce).encode(),
        body -> HelloMessage.decode(body).encode());
  }

  @Test
  void challenge() {
    Bytes key = MlKem.generate(Lab.RANDOM).publicKey();
    fuzz(
        new ChallengeMessage(Bytes.zeros(32), "agent", key).encode(),
        body -> ChallengeMessage.decode(body).encode());
  }

  @Test
  void evidence() {
    MerklePath path = new MerklePath(2, List.of(Bytes.zeros(32), Bytes.zeros(32)));
    fuzz(
        new EvidenceMessage(Lab.HEAD, path, EVIDENCE).encode(),
        body -> EvidenceMessage.decode(body).encode());
  }

  @Test
  void proof() {
    Bytes ciphertext = Bytes.zeros(MlKem.CIPHERTEXT_SIZE);
    for (List<Evidence> evidence : List.of(List.<Evidence>of(), List.of(EVIDENCE))) {
      fuzz(
          new ProofMessage(ciphertext, evidence).encode(),
          body -> ProofMessage.decode(body).encode());
    }
  }

  @Test
  void finishedAndRefusal() {
    fuzz(
        new FinishedMessage(Bytes.zeros(32)).encode(),
        body -> FinishedMessage.decode(body).encode());
    fuzz(
        new RefusalMessage("CL-CHN-001", "-", "tls").encode(),
        body -> RefusalMessage.decode(body, Step.HELLO).encode());
  }

  @Test
  void wrappedSecrets() {
    Duel duel = new Duel(Duel.Setting.honest(Purpose.VERIFY));
    assertThat(duel.run(Duel.NOBODY)).isEmpty();
    Wrapping from = new Wrapping(true, duel.initiatorRound());
    Wrapping to = new Wrapping(false, duel.responderRound());
    Bytes wrapped = from.wrap("label", Secret.takeFrom(new byte[] {1, 2, 3}));
    to.unwrap("label", wrapped).close();
    Random random = new Random(7);
    for (int i = 0; i < ROUNDS; i++) {
      Bytes mutated = mutate(wrapped, random);
      if (!mutated.equals(wrapped)) {
        try (Secret opened = to.unwrap("label", mutated)) {
          throw new AssertionError("opened a changed secret of " + opened.size() + " bytes");
        } catch (CloisterException e) {
          assertThat(e.where()).isEqualTo(Step.WRAP.text());
        }
      }
    }
  }

  @Test
  void frames() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    FrameLink out = new FrameLink(new ByteArrayInputStream(new byte[0]), wire);
    for (FrameType type : FrameType.values()) {
      out.write(type, Bytes.zeros(Math.min(100, type.maxSize())));
    }
    Random random = new Random(11);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] mutated = mutate(Bytes.of(wire.toByteArray()), random).toArray();
      FrameLink in = new FrameLink(new ByteArrayInputStream(mutated), new ByteArrayOutputStream());
      try {
        for (int frame = 0; frame < 20; frame++) {
          assertThat(in.read(Step.DATA, FrameType::maxSize).body().size())
              .isLessThanOrEqualTo(mutated.length);
        }
      } catch (CloisterException e) {
        assertThat(e.code()).isInstanceOf(ChannelError.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void noChangeOfAnyMessageGoesUnnoticed(Purpose purpose) {
    Random random = new Random(purpose.text().length());
    for (int i = 0; i < 60; i++) {
      int target = random.nextInt(6);
      int[] at = {0};
      boolean[] changed = {false};
      Duel duel = new Duel(Duel.Setting.honest(purpose));
      Optional<Duel.Refused> refused =
          duel.run((fromInitiator, frame) -> {
            if (at[0]++ != target) {
              return List.of(frame);
            }
            Bytes mutated = mutate(frame.body(), random);
            changed[0] = !mutated.equals(frame.body());
            return List.of(new Frame(frame.type(), mutated));
          });
      if (changed[0]) {
        assertThat(refused).describedAs("message %d", target).isPresent();
        assertThat(refused.orElseThrow().why().code()).isInstanceOf(ChannelError.class);
        assertThat(duel.isFinished()).isFalse();
      }
    }
  }
}
