package dev.cloister.coordinator;

import dev.cloister.client.CoordinatorState;
import dev.cloister.client.Phase;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntSupplier;

/** Numbers in the text format of Prometheus, version 0.0.4. Nothing in it is a secret. */
final class Metrics {

  private static final String PREFIX = "cloister_coordinator_";

  private final PublicState state;
  private final TlsIdentity identity;
  private final IntSupplier openChannels;

  Metrics(PublicState state, TlsIdentity identity, IntSupplier openChannels) {
    this.state = state;
    this.identity = identity;
    this.openChannels = openChannels;
  }

  String text() {
    StringBuilder out = new StringBuilder(4096);
    CoordinatorState now = state.state();
    begin(out, "phase", "gauge", "1 at the phase that the Coordinator is in.");
    for (Phase phase : Phase.values()) {
      value(out, "phase", "{phase=\"" + phase.text() + "\"}", phase == now.phase() ? 1 : 0);
    }
    gauge(out, "head_number", "Number of the newest transition.", now.head().number());
    gauge(out, "missing_shares", "Recovery shares still needed.", now.missingShares());
    gauge(
        out,
        "open_channels",
        "Attested channels, those in their handshake among them.",
        openChannels.getAsInt());
    Instant expiry = identity.current().chain().getFirst().getNotAfter().toInstant();
    gauge(
        out,
        "certificate_expiry_timestamp_seconds",
        "When the certificate of the HTTPS port expires, in seconds since 1970.",
        expiry.getEpochSecond());
    gauge(out, "heap_bytes", "Bytes of the heap in use.", heap());
    for (Counter counter : Counter.values()) {
      String name = counter.text() + "_total";
      begin(out, name, "counter", counter.meaning());
      value(out, name, "", state.counters().get(counter));
    }
    refusals(out);
    return out.toString();
  }

  private void refusals(StringBuilder out) {
    begin(out, "refusals_total", "counter", "Refusals by what was wanted and code.");
    for (Map.Entry<Counters.Refusal, Long> entry : state.counters().refusals().entrySet()) {
      Counters.Refusal refusal = entry.getKey();
      value(
          out,
          "refusals_total",
          "{purpose=\"" + refusal.purpose() + "\",code=\"" + refusal.code() + "\"}",
          entry.getValue());
    }
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void gauge(StringBuilder out, String name, String meaning, long value) {
    begin(out, name, "gauge", meaning);
    value(out, name, "", value);
  }

  private static void begin(StringBuilder out, String name, String type, String meaning) {
    out.append("# HELP ").append(PREFIX).append(name).append(' ').append(meaning).append('\n');
    out.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
  }

  private static void value(StringBuilder out, String name, String labels, long value) {
    out.append(PREFIX).append(name).append(labels).append(' ').append(value).append('\n');
  }
}
