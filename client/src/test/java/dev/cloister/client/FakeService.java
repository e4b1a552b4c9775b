package dev.cloister.client;

import dev.cloister.rpc.ProtoMessage;
import dev.cloister.rpc.ProtoReader;
import dev.cloister.rpc.RpcRequest;
import dev.cloister.rpc.RpcService;
import java.time.Duration;
import java.util.function.Supplier;

/** The two methods that a verifier calls. */
final class FakeService implements RpcService {

  private final Supplier<CoordinatorState> state;
  private final HistorySource pages;

  FakeService(Supplier<CoordinatorState> state, HistorySource pages) {
    this.state = state;
    this.pages = pages;
  }

  @Override
  public String name() {
    return "cloister.coordinator.v1.Coordinator";
  }

  @Override
  public ProtoMessage call(RpcRequest request) {
    return switch (request.method()) {
      case "GetState" -> write(state.get());
      case "GetHistory" -> history(request.reader());
      default -> throw request.unknownMethod();
    };
  }

  private static ProtoMessage write(CoordinatorState state) {
    return out -> {
      out.string(1, state.phase().text());
      out.bytes(2, state.rootCertificate());
      out.uint64(3, state.head().number());
      out.bytes(4, state.head().digest());
      out.uint32(5, state.missingShares());
      state.meshCertificates().forEach(der -> out.bytes(6, der));
    };
  }

  private ProtoMessage history(ProtoReader in) {
    long after = 0;
    long offset = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> after = in.uint64();
        case 2 -> offset = in.uint64();
        default -> throw in.unknown();
      }
    }
    HistorySource.Page page = pages.page(after, offset, Duration.ofSeconds(30));
    return out -> {
      for (HistorySource.Part part : page.parts()) {
        out.message(
            1,
            inner -> {
              inner.bytes(1, part.signedTransition());
              inner.bytes(2, part.manifest());
              inner.uint64(3, part.manifestSize());
            });
      }
      out.bool(2, page.more());
    };
  }
}
