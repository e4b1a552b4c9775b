package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What the daemon did, one JSON object a line: {@code time}, {@code event}, {@code subject} (a
 * pod's id mostly) and, for failures, {@code code} and {@code detail}. Never contents of files,
 * requests or outputs. Safe for use by any thread.
 */
final class EventLog implements AutoCloseable {

  private static final int MAX_DETAIL = 4096;

  private final BoundedLog log;
  private final InstantSource clock;

  EventLog(Path file, InstantSource clock) {
    this.log = new BoundedLog(file, 4 << 20, 4);
    this.clock = clock;
  }

  void event(String event, String subject) {
    write(line(event, subject));
  }

  void event(String event, String subject, String detail) {
    write(line(event, subject).put("detail", bounded(detail)));
  }

  void failure(String event, String subject, Throwable failure) {
    Json.ObjectBuilder line = line(event, subject).put("failed", true);
    switch (failure) {
      case CloisterException e ->
          line.put("code", e.code().code()).put("detail", bounded(String.valueOf(e.getMessage())));
      default -> line.put("detail", bounded(failure + at(failure)));
    }
    write(line);
  }

  private Json.ObjectBuilder line(String event, String subject) {
    return Json.object()
        .put("time", clock.instant().toString())
        .put("event", event)
        .put("subject", subject);
  }

  private void write(Json.ObjectBuilder line) {
    log.write(Bytes.ofUtf8(JsonWriter.canonical(line.build()) + "\n"));
  }

  private static String at(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }

  private static String bounded(String text) {
    return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…";
  }

  @Override
  public void close() {
    log.close();
  }
}
