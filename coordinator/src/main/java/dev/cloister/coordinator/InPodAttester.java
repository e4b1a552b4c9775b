package dev.cloister.coordinator;

import dev.cloister.channel.Attester;
import dev.cloister.channel.Evidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.rpc.HttpClient;
import dev.cloister.rpc.HttpReply;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Evidence of kind {@code coordinator} from the agent of this pod (docs/in-pod-api.md). The agent
 * gives it to no other container than the one whose measured policy has the Coordinator's role.
 */
public final class InPodAttester implements Attester {

  /** In base64, with the names of the fields. */
  private static final int MAX_ANSWER =
      (Evidence.MAX_REPORT + Evidence.MAX_CERTIFICATES + Evidence.MAX_INITDATA) / 3 * 4 + 1024;

  private static final int MAX_REFUSAL = 4096;
  private static final JsonBudget BUDGET = new JsonBudget(MAX_ANSWER, 1, 8);
  private static final JsonBudget REFUSAL = new JsonBudget(MAX_REFUSAL, 1, 8);

  private final HttpClient client;

  /**
   * An attester.
   *
   * @param socket of the agent's in-pod API
   * @param limit longest time of one piece of evidence
   */
  public InPodAttester(Path socket, Duration limit) {
    this.client = new HttpClient(UnixDomainSocketAddress.of(socket), "in-pod", MAX_ANSWER, limit);
  }

  /**
   * {@inheritDoc}
   *
   * @throws CloisterException with {@link CoordinatorError#NO_EVIDENCE}, with what the agent said
   */
  @Override
  public Evidence attest(Bytes what) {
    Bytes question = JsonWriter.canonicalBytes(Json.object().put("what", what.toBase64()).build());
    HttpReply reply;
    try {
      reply =
          client.ask("POST", "/v1/evidence", Map.of("Content-Type", "application/json"), question);
      if (reply.status() == 200) {
        return Evidence.read(
            JsonFields.of(JsonParser.parse(reply.body(), BUDGET), ""),
            CoordinatorError.NO_EVIDENCE);
      }
    } catch (IOException e) {
      throw new CloisterException(
          CoordinatorError.NO_EVIDENCE, "agent", String.valueOf(e.getMessage()), e);
    } catch (CloisterException e) {
      throw new CloisterException(
          CoordinatorError.NO_EVIDENCE, "agent " + e.where(), e.detail(), e);
    }
    throw new CloisterException(CoordinatorError.NO_EVIDENCE, "agent", refusal(reply));
  }

  /** What the agent said, as far as it can be read. */
  private static String refusal(HttpReply reply) {
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(reply.body(), REFUSAL), "");
      return fields.string("code")
          + " at "
          + fields.string("where")
          + ": "
          + fields.string("detail");
    } catch (CloisterException _) {
      return "status " + reply.status();
    }
  }
}
