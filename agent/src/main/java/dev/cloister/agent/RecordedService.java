package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.PolicyError;
import dev.cloister.rpc.ProtoMessage;
import dev.cloister.rpc.RpcError;
import dev.cloister.rpc.RpcRequest;
import dev.cloister.rpc.RpcService;

/**
 * Writes down what is refused outside the guard (by the decoder, by the agent's own checks), so
 * that {@code GetStatus} tells of every refusal. The guard records its own.
 */
final class RecordedService implements RpcService {

  private final RpcService service;
  private final Boot boot;

  RecordedService(RpcService service, Boot boot) {
    this.service = service;
    this.boot = boot;
  }

  @Override
  public String name() {
    return service.name();
  }

  @Override
  public boolean endsWithCaller(String method) {
    return method.equals("Wait");
  }

  @Override
  public ProtoMessage call(RpcRequest request) {
    try {
      return service.call(request);
    } catch (CloisterException e) {
      Pod pod = boot.podSoFar();
      boolean refused =
          !(e.code() instanceof PolicyError)
              && e.code() != RpcError.CONNECTION_LOST
              && e.code() != AgentError.NOT_JOINED;
      if (pod != null && refused) {
        pod.guard().record(request.method(), e);
      }
      throw e;
    }
  }
}
