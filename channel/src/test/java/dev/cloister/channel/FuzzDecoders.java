package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What this module reads from outside, with valid inputs, for bench/fuzz. */
public final class FuzzDecoders {

  private static final Evidence EVIDENCE =
      new Evidence(
          "snp", Bytes.ofUtf8("a report"), Bytes.ofUtf8("certificates"), Bytes.ofUtf8("{}"));

  private FuzzDecoders() {}

  /** The decoders by name. */
  public static Map<String, Consumer<Bytes>> decoders() {
    Map<String, Consumer<Bytes>> decoders = new TreeMap<>();
    decoders.put("hello", same(body -> HelloMessage.decode(body).encode()));
    decoders.put("challenge", same(body -> ChallengeMessage.decode(body).encode()));
    decoders.put("evidence", same(body -> EvidenceMessage.decode(body).encode()));
    decoders.put("proof", same(body -> ProofMessage.decode(body).encode()));
    decoders.put("finished", same(body -> FinishedMessage.decode(body).encode()));
    decoders.put("refusal", same(body -> RefusalMessage.decode(body, Step.HELLO).encode()));
    decoders.put("frames", FuzzDecoders::frames);
    return decoders;
  }

  /** Valid inputs of each decoder. */
  public static Map<String, List<Bytes>> seeds() {
    Bytes zeros = Bytes.zeros(32);
    MerklePath path = new MerklePath(2, List.of(zeros, zeros));
    Bytes ciphertext = Bytes.zeros(MlKem.CIPHERTEXT_SIZE);
    Map<String, List<Bytes>> seeds = new TreeMap<>();
    seeds.put(
        "hello", List.of(new HelloMessage(1, zeros, zeros, "join", "coordinator", zeros).encode()));
    seeds.put(
        "challenge",
        List.of(new ChallengeMessage(zeros, "agent", Bytes.zeros(MlKem.KEY_SIZE)).encode()));
    seeds.put("evidence", List.of(new EvidenceMessage(Lab.HEAD, path, EVIDENCE).encode()));
    seeds.put(
        "proof",
        List.of(
            new ProofMessage(ciphertext, List.of()).encode(),
            new ProofMessage(ciphertext, List.of(EVIDENCE)).encode()));
    seeds.put("finished", List.of(new FinishedMessage(zeros).encode()));
    seeds.put("refusal", List.of(new RefusalMessage("CL-CHN-001", "-", "tls").encode()));
    seeds.put("frames", List.of(wire()));
    return seeds;
  }

  private static Bytes wire() {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    FrameLink out = new FrameLink(new ByteArrayInputStream(new byte[0]), wire);
    try {
      for (FrameType type : FrameType.values()) {
        out.write(type, Bytes.zeros(Math.min(10, type.maxSize())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Bytes.of(wire.toByteArray());
  }

  /** What is read is written back byte for byte. */
  private static Consumer<Bytes> same(UnaryOperator<Bytes> readAndWrite) {
    return input -> {
      if (!readAndWrite.apply(input).equals(input)) {
        throw new AssertionError("read and written again, it is another");
      }
    };
  }

  /** Frames until the stream is refused, which it is at its end at latest. */
  private static void frames(Bytes input) {
    FrameLink link =
        new FrameLink(new ByteArrayInputStream(input.toArray()), OutputStream.nullOutputStream());
    try {
      int left = input.size();
      while (left >= 0) {
        left -= 1 + link.read(Step.DATA, FrameType::maxSize).body().size();
      }
      throw new AssertionError("more frames than bytes");
    } catch (CloisterException e) {
      if (e.code() != ChannelError.CONNECTION_LOST) {
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
