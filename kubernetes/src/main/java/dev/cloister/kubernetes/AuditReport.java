package dev.cloister.kubernetes;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.policy.PodPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reader has to know and decide about one workload, as text and as JSON with the same
 * content and codes. The first page says what runs, what the host can do, and what is open; details
 * follow. Equal workloads give equal reports: there is no date in them.
 */
public final class AuditReport {

  /** Name and version of the JSON form. */
  public static final String SCHEMA = "cloister/audit-report/1";

  private final GeneratedWorkload workload;
  private final List<SourceFile> inputs;
  private final HostPowers powers;

  private AuditReport(GeneratedWorkload workload, List<SourceFile> inputs) {
    this.workload = workload;
    this.inputs = inputs;
    this.powers = HostPowers.of(workload.policy(), workload.connections());
  }

  /**
   * The report of a workload.
   *
   * @param inputs the files that it was generated from
   */
  public static AuditReport of(GeneratedWorkload workload, List<SourceFile> inputs) {
    return new AuditReport(workload, List.copyOf(inputs));
  }

  /** The first page: what runs, what the host can do, what is open. */
  public String firstPage() {
    return new AuditText(workload, inputs, powers).firstPage();
  }

  /** The whole report as text. */
  public String text() {
    return new AuditText(workload, inputs, powers).text();
  }

  /** The whole report as indented JSON. */
  public String json() {
    return JsonWriter.pretty(toJson());
  }

  /** The whole report as JSON. */
  public Json.Obj toJson() {
    List<Json> from = new ArrayList<>();
    for (SourceFile input : inputs) {
      from.add(
          Json.object()
              .put("name", input.name())
              .put("sha256", input.content().sha256().toHex())
              .build());
    }
    return Json.object()
        .put("schema", SCHEMA)
        .put("workload", workload.shown())
        .put("namespace", workload.namespace())
        .put("initdata", "sha256:" + workload.initdata().digest().toHex())
        .put("deployment", workload.initdata().deployment().pin().toString())
        .put("inputs", Json.of(from))
        .put("membership", membership())
        .put("host", host())
        .put("connections", Json.ofStrings(ConnectionLines.of(workload)))
        .put("openPoints", openPoints())
        .put("variables", variables())
        .put("serviceAccount", workload.serviceAccount())
        .put("notInPolicy", ignored())
        .put("composition", PodPolicy.COMPOSITION)
        .put("policy", workload.policy().toJson())
        .build();
  }

  private Json membership() {
    Membership membership = workload.membership();
    return Json.object()
        .put("role", membership.role().word())
        .put("join", membership.join())
        .put("sans", Json.ofStrings(membership.sans()))
        .put("secret", membership.secret())
        .build();
  }

  private Json host() {
    return Json.object()
        .put("see", Json.ofStrings(powers.see()))
        .put("choose", Json.ofStrings(powers.choose()))
        .put("supply", Json.ofStrings(powers.supply()))
        .put("reach", Json.ofStrings(powers.reach()))
        .put("run", Json.ofStrings(powers.run()))
        .put("write", Json.ofStrings(powers.write()))
        .put("resize", Json.ofStrings(powers.resize()))
        .put("stop", Json.ofStrings(powers.stop()))
        .build();
  }

  private Json openPoints() {
    List<Json> points = new ArrayList<>();
    for (Warning warning : workload.warnings()) {
      points.add(
          Json.object()
              .put("code", warning.code().code())
              .put("path", warning.path())
              .put("at", warning.at().toString())
              .put("text", warning.text())
              .build());
    }
    return Json.of(points);
  }

  private Json variables() {
    Json.ObjectBuilder containers = Json.object();
    workload
        .policy()
        .containers()
        .forEach(container -> {
          Json.ObjectBuilder origins = Json.object();
          container
              .env()
              .keySet()
              .forEach(name -> origins.put(name, AuditDetails.origin(workload, container, name)));
          containers.put(container.name(), origins.build());
        });
    return containers.build();
  }

  private Json ignored() {
    List<Json> fields = new ArrayList<>();
    for (IgnoredField field : workload.ignored()) {
      fields.add(Json.object().put("path", field.path()).put("at", field.at().toString()).build());
    }
    return Json.of(fields);
  }
}
