package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Transition;
import dev.cloister.rpc.ProtoMessage;
import dev.cloister.rpc.ProtoReader;
import dev.cloister.rpc.RpcClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The Coordinator's answers, as values of this module. */
final class RpcCalls implements CoordinatorCalls {

  private static final String SERVICE = "cloister.coordinator.v1.Coordinator";
  private static final int MAX_CERTIFICATES = 64;

  private final RpcClient rpc;

  RpcCalls(RpcClient rpc) {
    this.rpc = rpc;
  }

  @Override
  public CoordinatorState state(Duration timeout) {
    ProtoReader in = rpc.call(SERVICE, "GetState", _ -> {}, timeout);
    String phase = "";
    Bytes root = Bytes.EMPTY;
    long number = 0;
    Bytes digest = Bytes.EMPTY;
    int missing = 0;
    List<Bytes> mesh = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> phase = in.string();
        case 2 -> root = in.bytes();
        case 3 -> number = in.uint64();
        case 4 -> digest = in.bytes();
        case 5 -> missing = in.uint32();
        case 6 -> mesh.add(in.many().bytes());
        default -> throw in.unknown();
      }
    }
    if (mesh.size() > MAX_CERTIFICATES) {
      throw malformed("state.meshCertificates", mesh.size() + " certificates");
    }
    return new CoordinatorState(phase(phase), root, head(number, digest), missing, mesh);
  }

  private static Phase phase(String text) {
    for (Phase phase : Phase.values()) {
      if (phase.text().equals(text)) {
        return phase;
      }
    }
    throw malformed("state.phase", "a phase that is not known here");
  }

  private static Head head(long number, Bytes digest) {
    boolean isNone = number == 0 && digest.isEmpty();
    boolean isSome = number > 0 && number <= Transition.MAX_NUMBER && digest.size() == 32;
    if (!isNone && !isSome) {
      throw malformed("state.head", "number " + number + " with " + digest.size() + " bytes");
    }
    return isNone ? Head.NONE : new Head(number, digest);
  }

  @Override
  public Page page(long afterNumber, long manifestOffset, Duration timeout) {
    ProtoMessage request =
        out -> {
          out.uint64(1, afterNumber);
          out.uint64(2, manifestOffset);
        };
    ProtoReader in = rpc.call(SERVICE, "GetHistory", request, timeout);
    List<Part> parts = new ArrayList<>();
    boolean more = false;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> parts.add(part(in.many().message()));
        case 2 -> more = in.bool();
        default -> throw in.unknown();
      }
    }
    return new Page(parts, more);
  }

  private static Part part(ProtoReader in) {
    Bytes signed = Bytes.EMPTY;
    Bytes manifest = Bytes.EMPTY;
    long size = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> signed = in.bytes();
        case 2 -> manifest = in.bytes();
        case 3 -> size = in.uint64();
        default -> throw in.unknown();
      }
    }
    return new Part(signed, manifest, size);
  }

  private static CloisterException malformed(String path, String detail) {
    return new CloisterException(ClientError.STATE_MALFORMED, path, detail);
  }
}
