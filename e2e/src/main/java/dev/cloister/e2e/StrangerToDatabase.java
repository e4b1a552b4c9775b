package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.util.List;

/** Somebody who verified the deployment, and is none of it, speaks TLS to the database. */
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
    Guestbook guestbook = stage.guestbook();
    String identity = guestbook.database().join().identity();
    String ip = guestbook.database().ips().getFirst();
    try {
      String body =
          Curl.once(
              List.of(
                  "--cacert",
                  guestbook.directory().resolve("outsider/mesh-ca.pem").toString(),
                  "--resolve",
                  identity + ":6379:" + ip,
                  "https://" + identity + ":6379/"));
      throw Refusals.notRefused("it answered " + body, null);
    } catch (CloisterException e) {
      if (e.code() == E2eError.STEP_FAILED && e.detail().contains("certificate required")) {
        return Refusals.shown(e.detail());
      }
      throw e.code() == E2eError.NOT_REFUSED ? e : Refusals.notRefused(e.detail(), e);
    }
  }
}
