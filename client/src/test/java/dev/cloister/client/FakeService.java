package dev.cloister.client;

import dev.cloister.rpc.CoordinatorMessages.Entry;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryRequest;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryResponse;
import dev.cloister.rpc.CoordinatorMessages.GetStateResponse;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.rpc.ProtoMessage;
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
    return CoordinatorService.NAME;
  }

  @Override
  public ProtoMessage call(RpcRequest request) {
    return switch (request.method()) {
      case "GetState" -> answer(state.get());
      case "GetHistory" -> answer(GetHistoryRequest.read(request.reader()));
      default -> throw request.unknownMethod();
    };
  }

  private static GetStateResponse answer(CoordinatorState state) {
    return new GetStateResponse(
        state.phase().text(),
        state.rootCertificate(),
        state.head().number(),
        state.head().digest(),
        state.missingShares(),
        state.meshCertificates());
  }

  private GetHistoryResponse answer(GetHistoryRequest request) {
    HistorySource.Page page =
        pages.page(request.afterNumber(), request.manifestOffset(), Duration.ofSeconds(30));
    return new GetHistoryResponse(
        page.parts().stream()
            .map(part -> new Entry(part.signedTransition(), part.manifest(), part.manifestSize()))
            .toList(),
        page.more());
  }
}
