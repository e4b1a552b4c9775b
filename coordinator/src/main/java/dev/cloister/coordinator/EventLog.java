package dev.cloister.coordinator;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.PrintStream;
import java.time.InstantSource;

/**
 * Says what happened, a JSON object a line. Only deeds of owners and of proven pods are told;
 * strangers are counted. Never a secret. Safe for use by any thread.
 */
public final class EventLog {

  private final PrintStream out;
  private final InstantSource clock;

  /** A log on a stream. */
  public EventLog(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  /** Something happened. */
  public void say(String event, String detail) {
    write(Json.object().put("time", clock.instant().toString()).put("event", event), detail);
  }

  /** Something was refused, or failed. */
  public void say(String event, CloisterException why) {
    write(
        Json.object()
            .put("time", clock.instant().toString())
            .put("event", event)
            .put("code", why.code().code()),
        String.valueOf(why.getMessage()));
  }

  private synchronized void write(Json.ObjectBuilder json, String detail) {
    out.println(JsonWriter.canonicalBytes(json.put("detail", detail).build()).toUtf8());
    out.flush();
  }
}
