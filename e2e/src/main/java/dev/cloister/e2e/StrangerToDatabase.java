package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.NodePods.Pod;
import java.util.List;

/** Somebody who is nobody of the deployment speaks TLS to the database. */
record StrangerToDatabase() implements Attack {

  @Override
  public String name() {
    return "TLS to the database without a certificate of the mesh";
  }

  @Override
  public String refuser() {
    return "HAProxy in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    Pod database = stage.guestbook().database();
    MeshWatch watch = MeshWatch.of(stage, database);
    String address = "https://" + database.ips().getFirst() + ":" + Guestbook.DATABASE_PORT;
    try {
      String body = Curl.once(List.of("-k", address));
      throw Refusals.notRefused("it answered " + body, null);
    } catch (CloisterException e) {
      if (e.code() == E2eError.NOT_REFUSED) {
        throw e;
      }
    }
    return watch.refusal(
        AgentError.MESH_CERTIFICATE, Guestbook.DATABASE_PORT, stage.gateway() + ":");
  }
}
